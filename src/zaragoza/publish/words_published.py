"""The fixed words of the pages of published figures, in every language."""

from __future__ import annotations

from collections.abc import Mapping

from zaragoza.model.text import Language, Text
from zaragoza.publish.words import words

_WORDS: Mapping[str, Text] = {
    "documents": Text("What policy documents state", "Wat beleidsdocumenten noemen"),
    "sources": Text("Sources and methods", "Bronnen en methode"),
    "policies": Text("Policies", "Beleid"),
    "lead": Text(
        "How {places} countries stand beside one another, and how sure that is.",
        "Hoe {places} landen ervoor staan naast elkaar, en hoe zeker dat is.",
    ),
    "rule_is": Text("Rated by the rule of the", "Beoordeeld met de regel van het"),
    "not_official": Text(
        "For groups this is in the style of that scoreboard, and not official.",
        "Voor groepen is dit in de stijl van dat scorebord, en niet officieel.",
    ),
    "how_rated": Text("How countries are rated", "Hoe landen worden beoordeeld"),
    "overview_caption": Text("countries by category", "landen per categorie"),
    "indicator": Text("Indicator", "Indicator"),
    "countries": Text("Countries", "Landen"),
    "country": Text("Country", "Land"),
    "all_indicators": Text("All indicators", "Alle indicatoren"),
    "undecided": Text("not sure for {part} of the countries", "niet zeker voor {part} van de landen"),
    "undecided_long": Text(
        "For {part} of the countries the category is not sure: with these errors another one has a probability of "
        "more than 10%.",
        "Voor {part} van de landen is de categorie niet zeker: met deze foutmarges is de kans op een andere "
        "groter dan 10%.",
    ),
    "no_figures": Text(
        "This release holds no figures of statistical offices, only those that policy documents state.",
        "Deze uitgave bevat geen cijfers van statistische bureaus, alleen die welke beleidsdocumenten noemen.",
    ),
    "none_rated": Text(
        "No figure is known of enough countries to rate them. All figures are in the data files.",
        "Van geen cijfer zijn genoeg landen bekend om ze te beoordelen. Alle cijfers staan in de gegevensbestanden.",
    ),
    "level_of": Text("{group}: level", "{group}: niveau"),
    "gap_of": Text("{group}: gap", "{group}: verschil"),
    "gap": Text("Gap", "Verschil"),
    "gap_from": Text("Difference from", "Verschil met"),
    "gap_caution": Text(
        "A gap is rated as its indicator is: where more is better, a group that does better than the reference group "
        "is rated well. Often that only tells who came, and why.",
        "Een verschil wordt beoordeeld zoals de indicator: waar meer beter is, telt een groep die het beter doet "
        "dan de referentiegroep als goed. Vaak zegt dat alleen wie er kwamen, en waarom.",
    ),
    "category_of": Text("Category", "Categorie"),
    "probability": Text("Probability", "Kans"),
    "rank": Text("Rank", "Rang"),
    "trend": Text("Trend", "Trend"),
    "to": Text("to", "tot"),
    "since": Text("since", "sinds"),
    "unreliable": Text("less reliable", "minder betrouwbaar"),
    "brackets": Text(
        "Brackets: the figure is less reliable according to its source.",
        "Haakjes: het cijfer is volgens de bron minder betrouwbaar.",
    ),
    "break_in": Text("break in", "breuk in"),
    "break": Text("Break in a series", "Breuk in een reeks"),
    "break_note": Text(
        "A change across a break is not comparable: it counts as no change, and trends begin after the last break.",
        "Een verandering over een breuk heen is niet vergelijkbaar: ze telt als geen verandering, en trends beginnen "
        "na de laatste breuk.",
    ),
    "distance": Text("Distance to {target} by {year}", "Afstand tot {target} in {year}"),
    "reached": Text("reached", "bereikt"),
    "not_reached": Text("not reached", "niet bereikt"),
    "errors": Text("Errors of the figures", "Foutmarges van de cijfers"),
    "no_errors": Text(
        "The sources publish no errors, so no probability is known.",
        "De bronnen publiceren geen foutmarges, dus is er geen kans bekend.",
    ),
    "modelled_errors": Text(
        "The sources publish no errors; those behind the probabilities are modelled, and not theirs.",
        "De bronnen publiceren geen foutmarges; die achter de kansen zijn gemodelleerd en niet van hen.",
    ),
    "known_errors": Text(
        "The errors behind the probabilities are those of files beside the monitor; where these have none, no "
        "probability is known.",
        "De foutmarges achter de kansen zijn die van bestanden bij de monitor; waar die er geen hebben, is er geen "
        "kans bekend.",
    ),
    "known_or_modelled_errors": Text(
        "The errors behind the probabilities are those of files beside the monitor; where these have none they are "
        "modelled, and the probability says so.",
        "De foutmarges achter de kansen zijn die van bestanden bij de monitor; waar die er geen hebben zijn ze "
        "gemodelleerd, en de kans zegt dat.",
    ),
    "error_files": Text("Files of errors:", "Bestanden met foutmarges:"),
    "errors_published": Text("known errors", "bekende foutmarges"),
    "errors_required": Text("modelled errors", "gemodelleerde foutmarges"),
    "errors_published_required": Text("partly modelled errors", "deels gemodelleerde foutmarges"),
    "errors_model": Text(
        "The model: samples as large as Regulation (EU) 2019/1700 (annex II) asks for, divided among groups as the "
        "population is. Where the size of a group is not known, no error is known.",
        "Het model: steekproeven zo groot als Verordening (EU) 2019/1700 (bijlage II) eist, verdeeld over "
        "groepen zoals de bevolking. Waar de omvang van een groep niet bekend is, is geen foutmarge bekend.",
    ),
    "probability_note": Text(
        "How likely it is that the true figures give this category: true levels and changes are drawn that fit the "
        "published ones and their errors, and each draw is rated.",
        "Hoe waarschijnlijk het is dat de ware cijfers deze categorie geven: ware niveaus en veranderingen worden "
        "getrokken die passen bij de gepubliceerde en hun foutmarges, en elke trekking wordt beoordeeld.",
    ),
    "rank_note": Text(
        "Place by level, 1 the best; below it the range that holds the true rank with probability 0.9, where "
        "errors are known.",
        "Plaats naar niveau, 1 is het beste; eronder het bereik dat de ware rang met kans 0,9 bevat, waar foutmarges "
        "bekend zijn.",
    ),
    "trend_note": Text(
        "Improving or worsening where the 95% interval of the last change does not hold zero. The pace is the "
        "slope of a straight line since the last break, from four years on, with its interval. Of gaps: closing "
        "or opening where that interval does not hold zero, and then the years in which the line may reach zero. "
        "It tells where the line leads, not what will be.",
        "Verbetert of verslechtert waar het 95%-interval van de laatste verandering niet nul bevat. Het tempo is "
        "de helling van een rechte lijn sinds de laatste breuk, vanaf vier jaren, met interval. Bij verschillen: "
        "kleiner of groter waar dat interval niet nul bevat, en dan de jaren waarin de lijn nul kan bereiken. "
        "Het zegt waar de lijn heen gaat, niet wat er zal gebeuren.",
    ),
    "means": Text("Means of the Union", "Gemiddelden van de Unie"),
    "means_note": Text(
        "Where the source has no figure of the Union, the mean of its members weighted by population, if those "
        "with a figure hold 70% of its population.",
        "Waar de bron geen cijfer van de Unie heeft, het gemiddelde van de lidstaten gewogen naar bevolking, als "
        "die met een cijfer 70% van de bevolking hebben.",
    ),
    "reference_mean": Text(
        "Compared with the mean of the countries, unweighted.",
        "Vergeleken met het ongewogen gemiddelde van de landen.",
    ),
    "reference_aggregate": Text(
        "Compared with the figure of the Union.", "Vergeleken met het cijfer van de Unie."
    ),
    "limits": Text(
        "Limits of the score of the level: {levels}.", "Grenzen van de score van het niveau: {levels}."
    ),
    "last_change": Text("last change", "laatste verandering"),
    "improving": Text("improving", "verbetert"),
    "worsening": Text("worsening", "verslechtert"),
    "no_clear_change": Text("no clear change", "geen duidelijke verandering"),
    "closing": Text("closing", "wordt kleiner"),
    "opening": Text("opening", "wordt groter"),
    "a_year": Text("a year", "per jaar"),
    "zero_in": Text("zero in", "nul in"),
    "no_error_known": Text("error not known", "foutmarge niet bekend"),
    "no_level": Text("no figure", "geen cijfer"),
    "no_change": Text("no earlier figure", "geen eerder cijfer"),
    "too_few_places": Text("too few countries", "te weinig landen"),
    "not_rated": Text("not rated", "niet beoordeeld"),
    "break_in_series": Text("break in the series", "breuk in de reeks"),
    "one_year": Text("one year only", "maar één jaar"),
    "both_sexes": Text(
        "Women and men together. Women, men and groups of peers are in the data files.",
        "Vrouwen en mannen samen. Vrouwen, mannen en vergelijkbare landen staan in de gegevensbestanden.",
    ),
    "dataset": Text("Dataset", "Dataset"),
    "asked": Text("Asked for", "Gevraagd"),
    "fetched": Text("Fetched", "Opgehaald"),
    "updated": Text("updated by the source", "bijgewerkt door de bron"),
    "sources_lead": Text(
        "The figures are those of these producers; gaps, means, ratings, trends and distances are made of them here.",
        "De cijfers zijn van deze producenten; verschillen, gemiddelden, oordelen, trends en afstanden zijn hier "
        "daarvan gemaakt.",
    ),
    "as_it_stood": Text("As it stood on {day}.", "Zoals het stond op {day}."),
    "documents_lead": Text(
        "Figures and targets as the documents state them; their definitions and years may differ from those of "
        "statistical offices.",
        "Cijfers en doelen zoals de documenten ze noemen; hun definities en jaren kunnen afwijken van die van "
        "statistische bureaus.",
    ),
    "of_whom": Text("Of whom", "Van wie"),
    "where_when": Text("Where, when", "Waar, wanneer"),
    "figure": Text("Figure", "Cijfer"),
    "document": Text("Document", "Document"),
    "target": Text("target", "doel"),
    "figure_one": Text("figure", "cijfer"),
    "figure_many": Text("figures", "cijfers"),
    "target_one": Text("target", "doel"),
    "target_many": Text("targets", "doelen"),
    "papers": Text("Policy documents", "Beleidsdocumenten"),
    "women": Text("women", "vrouwen"),
    "men": Text("men", "mannen"),
    "aged": Text("aged {ages}", "{ages} jaar"),
    "policies_note": Text(
        "What a state has ruled and how people fare are two things: scores of policies (0 to 100) stand beside "
        "figures on people and never go into one score with them.",
        "Wat een staat heeft geregeld en hoe het mensen vergaat zijn twee dingen: scores van beleid (0 tot 100) "
        "staan naast cijfers over mensen en gaan nooit samen in één score.",
    ),
    "whole": Text("Whole", "Totaal"),
    "manifest_published": Text(
        "Manifest: sources, times, checksums", "Manifest: bronnen, tijden, controlegetallen"
    ),
    "file_observations.csv": Text("All figures as CSV", "Alle cijfers als CSV"),
    "file_observations.parquet": Text("All figures as Parquet", "Alle cijfers als Parquet"),
    "file_ratings.csv": Text(
        "Ratings of all groups, sexes and peers", "Oordelen van alle groepen, geslachten en landengroepen"
    ),
    "file_trends.csv": Text("Trends", "Trends"),
    "file_distances.csv": Text("Distances to targets", "Afstanden tot doelen"),
    "file_policies.csv": Text("Scores of policies", "Scores van beleid"),
    "file_ratings.parquet": Text("Ratings as Parquet", "Oordelen als Parquet"),
    "file_trends.parquet": Text("Trends as Parquet", "Trends als Parquet"),
    "file_distances.parquet": Text("Distances to targets as Parquet", "Afstanden tot doelen als Parquet"),
    "file_policies.parquet": Text("Scores of policies as Parquet", "Scores van beleid als Parquet"),
    "file_stated.en.csv": Text("What policy documents state", "Wat beleidsdocumenten noemen"),
    "file_stated.nl.csv": Text("What policy documents state", "Wat beleidsdocumenten noemen"),
}


def published_words(language: Language) -> dict[str, str]:
    """All fixed words of these pages in one language, those of all pages among them."""
    return words(language) | {name: text[language] for name, text in _WORDS.items()}
