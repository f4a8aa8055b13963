"""The fixed words of the pages, in every language. Sentences about figures are in `wording`."""

from __future__ import annotations

from collections.abc import Mapping

from zaragoza.model.disclosure import SourceKind
from zaragoza.model.text import Language, Text

# What standard errors and intervals of a release stand for.
MARGIN: Mapping[SourceKind, Text] = {
    "survey": Text("sampling error", "steekproeffout"),
    "register": Text(
        "margin of chance (as if households of the same kind were drawn at random), no sampling error",
        "toevalsmarge (alsof huishoudens van dezelfde soort willekeurig waren getrokken), geen steekproeffout",
    ),
}

_WORDS: Mapping[str, Text] = {
    # Frame
    "language": Text("English", "Nederlands"),
    "skip": Text("Skip to the content", "Naar de inhoud"),
    "pages": Text("Pages", "Pagina’s"),
    "overview": Text("Overview", "Overzicht"),
    "made_up": Text("Made-up data", "Verzonnen gegevens"),
    "made_up_why": Text(
        "These figures describe people who do not exist. Do not quote them.",
        "Deze cijfers gaan over mensen die niet bestaan. Gebruik ze niet als feit.",
    ),
    "release": Text("Release", "Uitgave"),
    "published_on": Text("made on", "gemaakt op"),
    "stays": Text(
        "A release never changes. This page works without scripts and stores nothing on your device.",
        "Een uitgave verandert nooit. Deze pagina werkt zonder scripts en bewaart niets op uw apparaat.",
    ),
    # Overview
    "at_a_glance": Text("At a glance", "In het kort"),
    "chances": Text("How do the groups compare?", "Hoe staan de groepen ervoor?"),
    "chance_note": Text(
        "“Less favourable” means: the gap is clear (its interval does not hold zero) and points the wrong way. "
        "Where groups do not differ, {confidence} of the intervals hold zero; the others look clear by chance alone. "
        "Indicators for which neither higher nor lower is better are not counted.",
        "“Minder gunstig” betekent: het verschil is duidelijk (het interval bevat niet nul) en wijst de verkeerde "
        "kant op. Waar groepen niet verschillen, bevat {confidence} van de intervallen nul; de andere lijken alleen "
        "door toeval duidelijk. "
        "Indicatoren waarbij hoger en lager even goed zijn, tellen niet mee.",
    ),
    "first_of_each": Text(
        "The first indicator of each area for which a gap is published; all others follow below.",
        "De eerste indicator van elk terrein waarvan een verschil is gepubliceerd; alle andere staan hieronder.",
    ),
    "other_groups": Text(
        "The other groups are on the page of each indicator.",
        "De andere groepen staan op de pagina van elke indicator.",
    ),
    "areas": Text("Areas", "Terreinen"),
    "group": Text("Group", "Groep"),
    "level": Text("Level", "Niveau"),
    "compared_with": Text("Compared with", "Vergeleken met"),
    "reference_group": Text("reference group", "referentiegroep"),
    "everyone": Text("Everyone", "Iedereen"),
    "ages": Text("ages", "leeftijd"),
    "not_in_release": Text("Not in this release", "Niet in deze uitgave"),
    "not_in_release_why": Text(
        "The monitor lists these indicators, but the source does not hold what they need.",
        "De monitor noemt deze indicatoren, maar de bron bevat niet wat ervoor nodig is.",
    ),
    # Indicator
    "category": Text("Category", "Categorie"),
    "interval": Text(" interval", "-interval"),
    "people": Text("People", "Mensen"),
    "people_in_sample": Text("People in the sample", "Mensen in de steekproef"),
    "difference_from": Text("Difference from", "Verschil met"),
    # Gaps between comparable people
    "adjusted_title": Text("Between comparable people", "Tussen vergelijkbare mensen"),
    "adjusted_chart": Text(
        "The difference as it is, and among people of the same {held}",
        "Het verschil zoals het is, en onder mensen met gelijke kenmerken ({held})",
    ),
    "adjusted_parts": Text(
        "What goes with {held}, and what remains; together they are the difference",
        "Wat samengaat met {held}, en wat overblijft; samen zijn ze het verschil",
    ),
    "adjusted_three_parts": Text(
        "What goes with {held}, what remains, and what goes with both together; the three are the difference",
        "Wat samengaat met {held}, wat overblijft, en wat samengaat met beide tegelijk; de drie zijn het verschil",
    ),
    "adjusted_margin": Text(
        "A difference of at most {margin} counts as proportional: “proportional” if the whole interval lies within it, "
        "“disproportional” if it lies beyond it, else “undetermined”.",
        "Een verschil van hooguit {margin} geldt als evenredig: “evenredig” als het hele interval erbinnen ligt, "
        "“onevenredig” als het erbuiten ligt, en anders “onbepaald”.",
    ),
    "adjusted_table": Text(
        "The same numbers in a table: difference from “{reference}”, in {unit}, with its interval. Held equal: {held}.",
        "Dezelfde cijfers in een tabel: verschil met “{reference}”, in {unit}, met het interval. "
        "Gelijk gehouden: {held}.",
    ),
    "adjusted_raw": Text("As it is (raw)", "Zoals het is (ruw)"),
    "adjusted_remains": Text(
        "Among comparable people (adjusted)", "Onder vergelijkbare mensen (gecorrigeerd)"
    ),
    "adjusted_explained": Text(
        "Goes with what is held equal (explained)", "Gaat samen met wat gelijk is gehouden (verklaard)"
    ),
    "adjusted_interaction": Text("Goes with both together", "Gaat samen met beide tegelijk"),
    "adjusted_of_which": Text("of which {characteristic}", "waarvan {characteristic}"),
    "adjusted_compared": Text("Overlap", "Overlap"),
    "adjusted_effective": Text("Effective number", "Effectief aantal"),
    "adjusted_told": Text(
        "Overlap: the part of the people compared who have others alike in both groups. Effective number: how many "
        "people of equal weight would tell as much. The smaller they are, the less can be compared.",
        "Overlap: het deel van de vergeleken mensen met gelijken in beide groepen. Effectief aantal: zoveel mensen met "
        "gelijk gewicht zouden evenveel zeggen. Hoe kleiner, hoe minder er te vergelijken valt.",
    ),
    "adjusted_verdict": Text("Proportional?", "Evenredig?"),
    "ratio": Text("ratio", "verhouding"),
    "change": Text("Change", "Verandering"),
    "not_known": Text("not known", "niet bekend"),
    "same_numbers": Text("The same numbers in a table", "Dezelfde cijfers in een tabel"),
    "table": Text("table", "tabel"),
    "points_note": Text(
        "A point is one percentage point: from 60% to 61% is 1 point.",
        "Een procentpunt is één op de honderd: van 60% naar 61% is 1 procentpunt.",
    ),
    "interval_note_survey": Text(
        "Between brackets stands the {confidence} interval (confidence interval): with other samples drawn in the "
        "same way, such a range would hold the true figure {confidence} of the time.",
        "Tussen haakjes staat het {confidence}-interval (betrouwbaarheidsinterval): bij andere steekproeven die net "
        "zo zijn getrokken, zou zo’n bereik in {confidence} van de gevallen het ware cijfer bevatten.",
    ),
    "interval_note_register": Text(
        "Everybody in the register is counted, so there is no sampling error. Between brackets stands a margin of "
        "chance ({confidence} interval): how far the figure could lie elsewhere by chance alone, if households of the "
        "same kind were drawn at random. It helps to tell a difference from chance.",
        "Iedereen in het register is geteld, dus er is geen steekproeffout. Tussen haakjes staat een toevalsmarge "
        "({confidence}-interval): hoe ver het cijfer alleen door toeval anders kon uitvallen, als huishoudens van "
        "dezelfde soort willekeurig waren getrokken. Dat helpt om een verschil van toeval te onderscheiden.",
    ),
    "crossed": Text("More breakdowns", "Meer uitsplitsingen"),
    "too_long": Text(
        "This table has {rows} rows. They are in the data files below.",
        "Deze tabel heeft {rows} rijen. Ze staan in de gegevensbestanden hieronder.",
    ),
    "nothing_shown": Text(
        "No figure of this table can be shown, so there is no chart.",
        "Geen cijfer van deze tabel kan worden getoond, dus er is geen grafiek.",
    ),
    "several_periods": Text("Figures of several periods", "Cijfers van meer dan één periode"),
    "absent": Text("Not available from this source:", "Niet beschikbaar uit deze bron:"),
    "definition": Text("What is measured", "Wat is gemeten"),
    "counted": Text("Counted", "Geteld"),
    "out_of": Text("Out of", "Van"),
    "averaged": Text("Averaged", "Gemiddeld"),
    "summed": Text("Summed", "Opgeteld"),
    "divided": Text("Divided by", "Gedeeld door"),
    "everybody": Text("everybody", "iedereen"),
    "no_answer": Text("No answer", "Geen antwoord"),
    "no_answer_excluded": Text("left out", "niet meegeteld"),
    "no_answer_counts": Text("stays in the total", "blijft in het totaal"),
    "better": Text("Better is", "Beter is"),
    "higher_is_better": Text("higher", "hoger"),
    "lower_is_better": Text("lower", "lager"),
    "neutral": Text("neither higher nor lower", "hoger noch lager"),
    "defined_by": Text("Definition from", "Definitie uit"),
    "eurostat": Text("Eurostat tables of the same figure", "Eurostat-tabellen van hetzelfde cijfer"),
    "aliases": Text("Also known as", "Ook bekend als"),
    "groups_from": Text("Groups after", "Groepen volgens"),
    "how_sure": Text("How sure are these figures?", "Hoe zeker zijn deze cijfers?"),
    "sure_survey": Text(
        "They are estimates from a sample of {persons} people. The interval shows the error that comes from asking "
        "a part of the population; it does not show errors in answers or from people who did not take part.",
        "Het zijn schattingen uit een steekproef van {persons} mensen. Het interval toont de fout die ontstaat doordat "
        "maar een deel van de bevolking is gevraagd; niet de fouten in antwoorden of door wie niet meedeed.",
    ),
    "sure_register": Text(
        "They are counts of all {persons} people in a register, so they have no sampling error. The interval is a "
        "margin of chance: it helps to tell a difference from chance and is no doubt about the count. It does not "
        "show errors in the register.",
        "Het zijn tellingen van alle {persons} mensen in een register, dus zonder steekproeffout. Het interval is een "
        "toevalsmarge: het helpt om een verschil van toeval te onderscheiden en is geen twijfel aan de telling. "
        "Het toont niet de fouten in het register.",
    ),
    "less_reliable_survey": Text(
        "“Less reliable” marks figures that rest on few people, vary much, or miss many answers.",
        "“Minder betrouwbaar” staat bij cijfers die op weinig mensen rusten, sterk schommelen of antwoorden missen.",
    ),
    "less_reliable_register": Text(
        "“Less reliable” marks figures for which the register does not know many of the people.",
        "“Minder betrouwbaar” staat bij cijfers waarvoor het register van veel mensen niets weet.",
    ),
    "missing_of": Text(
        "No valid answer for this indicator’s variables:", "Zonder geldig antwoord voor deze indicator:"
    ),
    "full_quality": Text("Full quality report", "Volledig kwaliteitsverslag"),
    "protection": Text("How people are protected", "Hoe mensen worden beschermd"),
    "not_additive": Text(
        "Figures are slightly changed to protect people. They do not add up: each is changed once, by itself. "
        "Errors and intervals do not count this change.",
        "Cijfers zijn licht aangepast om mensen te beschermen. Ze tellen niet op: elk cijfer is één keer "
        "aangepast, los van de andere. Foutmarges tellen deze aanpassing niet mee.",
    ),
    "protection_rule_cell_key": Text(
        "Every count of people is changed by a small number that chance chose once, and the same people are "
        "changed alike everywhere. Shares and means over fewer than {min_count} people are hidden. Hidden "
        "figures are left empty, never zero.",
        "Elk aantal mensen is aangepast met een klein getal dat één keer is geloot; dezelfde mensen zijn "
        "overal gelijk aangepast. Aandelen en gemiddelden van minder dan {min_count} mensen zijn verborgen. "
        "Verborgen cijfers blijven leeg, nooit nul.",
    ),
    "protection_rule_rounding": Text(
        "Every count of people is rounded up or down to a multiple of {base} by a chance that was drawn once. "
        "Shares and means over fewer than {min_count} people are hidden. Hidden figures are left empty, never "
        "zero.",
        "Elk aantal mensen is naar boven of beneden afgerond op een veelvoud van {base}, met een kans die één "
        "keer is geloot. Aandelen en gemiddelden van minder dan {min_count} mensen zijn verborgen. Verborgen "
        "cijfers blijven leeg, nooit nul.",
    ),
    "protection_rule_suppression": Text(
        "A figure is shown only when it rests on at least {min_count} people, when no single person dominates it, "
        "and when it cannot be worked out from other figures. Hidden figures are left empty, never zero.",
        "Een cijfer is alleen te zien als het op ten minste {min_count} mensen rust, als niemand alleen het bepaalt, "
        "en als het niet uit andere cijfers is af te leiden. Verborgen cijfers blijven leeg, nooit nul.",
    ),
    "hidden_count": Text(
        "Of the {figures} figures of this indicator, {hidden} are not shown.",
        "Van de {figures} cijfers van deze indicator zijn er {hidden} niet te zien.",
    ),
    "none_hidden": Text(
        "All {figures} figures of this indicator are shown.",
        "Alle {figures} cijfers van deze indicator zijn te zien.",
    ),
    "data": Text("Take the data along", "Neem de gegevens mee"),
    "csv": Text("All observations as CSV", "Alle waarnemingen als CSV"),
    "parquet": Text("All observations as Parquet", "Alle waarnemingen als Parquet"),
    "manifest": Text(
        "Manifest: definitions, source, checksums", "Manifest: definities, bron, controlegetallen"
    ),
    "quote_as": Text("Quote as", "Verwijs zo"),
    "source": Text("Source", "Bron"),
    "previous": Text("Previous", "Vorige"),
    "next": Text("Next", "Volgende"),
    "neighbours": Text("More indicators", "Meer indicatoren"),
    # Quality
    "quality": Text("Quality and methods", "Kwaliteit en methode"),
    "quality_lead": Text(
        "Where the figures come from, what is missing in them, and what was done to protect people.",
        "Waar de cijfers vandaan komen, wat eraan ontbreekt en hoe mensen zijn beschermd.",
    ),
    "facts": Text("The source", "De bron"),
    "kind": Text("Kind", "Soort"),
    "survey": Text("survey (sample)", "enquête (steekproef)"),
    "register": Text("register", "register"),
    "collected": Text("Collected on", "Verzameld op"),
    "rows_read": Text("Rows", "Rijen"),
    "persons": Text("Persons", "Personen"),
    "households": Text("Households", "Huishoudens"),
    "duplicates": Text("Rows of a person who occurs twice", "Rijen van een persoon die dubbel voorkomt"),
    "weights": Text("Weights", "Gewichten"),
    "weights_zero": Text("zero", "nul"),
    "weights_negative": Text("negative", "negatief"),
    "weights_missing": Text("missing", "ontbreken"),
    "population": Text("Estimated population", "Geschatte bevolking"),
    "coverage": Text("Part of the known population", "Deel van de bekende bevolking"),
    "non_response": Text("Did not take part", "Deed niet mee"),
    "design": Text("Sampling design", "Steekproefontwerp"),
    "design_none": Text("none: every row counts once", "geen: elke rij telt één keer"),
    "replicates": Text("Errors from replicate weights", "Fouten uit replicatiegewichten"),
    "calibration": Text("Calibration of the weights", "Kalibratie van de gewichten"),
    "calibration_note": Text(
        "The weights were changed as little as possible so that they add up to known sizes of the population. "
        "Intervals count this effect. The effective sample size is that of a sample with equal weights that is as "
        "precise.",
        "De gewichten zijn zo min mogelijk veranderd zodat ze optellen tot bekende aantallen in de bevolking. "
        "Intervallen houden hier rekening mee. De effectieve steekproefomvang is die van een even nauwkeurige "
        "steekproef met gelijke gewichten.",
    ),
    "interval_kind": Text("Interval", "Interval"),
    "margin_survey": MARGIN["survey"],
    "margin_register": MARGIN["register"],
    "files": Text("Files", "Bestanden"),
    "file": Text("File", "Bestand"),
    "checksum": Text("SHA-256", "SHA-256"),
    "answers": Text("Missing answers by variable", "Ontbrekende antwoorden per variabele"),
    "answers_note": Text(
        "Counts everybody in the file, also those who were not asked, such as children about their work.",
        "Telt iedereen in het bestand mee, ook wie de vraag niet kreeg, zoals kinderen over hun werk.",
    ),
    "variable": Text("Variable", "Variabele"),
    "valid": Text("Valid", "Geldig"),
    "missing": Text("Missing", "Ontbreekt"),
    "out_of_list": Text("Not in the code list", "Niet in de codelijst"),
    "missing_rate": Text("Without a valid answer", "Zonder geldig antwoord"),
    "missing_rate_weighted": Text("Weighted", "Gewogen"),
    "notes": Text("Notes", "Opmerkingen"),
    "hidden_in_all": Text("Figures that are not shown", "Cijfers die niet te zien zijn"),
    "reason": Text("Reason", "Reden"),
    "figures": Text("Figures", "Cijfers"),
    "in_all": Text("All figures", "Alle cijfers"),
    "rules_used": Text("Rules used", "Gebruikte regels"),
    "why_lower": Text(
        "Reason given by the office for its own rule:", "Reden van de organisatie voor haar eigen regel:"
    ),
    "classifications": Text("Groups and categories", "Groepen en categorieën"),
    "rule": Text("Rule", "Regel"),
    "no_rule": Text(
        "Whoever meets no rule is “Unknown”, never part of the reference group.",
        "Wie aan geen regel voldoet, is “Onbekend” en nooit deel van de referentiegroep.",
    ),
    "made_with": Text("Made with", "Gemaakt met"),
}

# The rules of stage protect that apply to every release; their numbers stay with the custodian (decision 19).
RULES: Mapping[str, Text] = {
    "minimum_count": Text(
        "Minimum count: at least {min_count} people behind a figure",
        "Minimumaantal: ten minste {min_count} mensen achter een cijfer",
    ),
    "minimum_count_of_numerator": Text(
        "Minimum count also for those counted and those not counted in a share",
        "Minimumaantal ook voor wie wel en wie niet meetelt in een aandeel",
    ),
    "minimum_count_of_households": Text(
        "Minimum count also for households: people of fewer households are not shown",
        "Minimumaantal ook voor huishoudens: mensen uit minder huishoudens zijn niet te zien",
    ),
    "waivers": Text(
        "Who agreed to it may be recognised as a large contributor to a sum",
        "Wie dat goedvindt, mag herkenbaar zijn als grote bijdrager aan een som",
    ),
    "group_disclosure": Text(
        "A share is hidden when (nearly) everybody has the same answer",
        "Een aandeel is verborgen als (bijna) iedereen hetzelfde antwoord heeft",
    ),
    "full_cells": Text(
        "Where (nearly) everybody of a group is in one category, the group is not divided by it",
        "Waar (bijna) iedereen van een groep in één categorie zit, is de groep daar niet naar verdeeld",
    ),
    "dominance": Text(
        "A sum is hidden when one person, or a few, contribute most of it (dominance)",
        "Een som is verborgen als één of enkele personen het grootste deel bijdragen (dominantie)",
    ),
    "secondary_suppression": Text(
        "Further figures are hidden where a hidden one could be worked out from them",
        "Meer cijfers zijn verborgen waar een verborgen cijfer eruit is af te leiden",
    ),
    "cell_key": Text(
        "Cell keys: every count is changed by chance, the same people always alike; figures do not add up",
        "Celsleutels: elk aantal is door toeval aangepast, dezelfde mensen altijd gelijk; cijfers tellen niet op",
    ),
    "rounding": Text(
        "Random rounding to a base, the same people always alike; figures do not add up",
        "Afronding door toeval op een veelvoud, dezelfde mensen altijd gelijk; cijfers tellen niet op",
    ),
    "untouched_total": Text(
        "The figures of everybody together are not changed",
        "De cijfers van iedereen samen zijn niet aangepast",
    ),
    "minimum_base": Text(
        "Shares and means over fewer than {min_count} people, after the change, are hidden as too uncertain",
        "Aandelen en gemiddelden van minder dan {min_count} mensen, na aanpassing, zijn verborgen als te onzeker",
    ),
    "reliability": Text(
        "Figures that are too uncertain are hidden, uncertain ones are marked",
        "Te onzekere cijfers zijn verborgen, onzekere cijfers zijn gemarkeerd",
    ),
    "missing_answers": Text(
        "Figures for which most answers are missing are hidden, those for which many are missing are marked",
        "Cijfers waarvoor de meeste antwoorden ontbreken zijn verborgen, waarvoor er veel ontbreken gemarkeerd",
    ),
}


def words(language: Language) -> dict[str, str]:
    """All fixed words in one language."""
    return {name: text[language] for name, text in _WORDS.items()}
