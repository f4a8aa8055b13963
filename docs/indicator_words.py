"""The words of the indicator pages that are not the catalogue's own, in both languages."""

from __future__ import annotations

from zaragoza.model.text import Text

WORDS = {
    "title": Text("Indicators", "Indicatoren"),
    "intro": Text(
        "Every indicator of the catalogue, by policy area. The formulas are text that every engine reads alike: "
        "`of` in the population `among`, on [standard variables]({variables}).",
        "Alle indicatoren van de catalogus, per thema. De formules zijn tekst die elke rekenmachine hetzelfde leest: "
        "`of` in de bevolking `among`, met [standaardvariabelen]({variables}) (Engels).",
    ),
    "other_language": Text("Deze pagina in het Nederlands", "This page in English"),
    "computed": Text("computed", "berekend"),
    "not_computed": Text("needs other data", "heeft andere gegevens nodig"),
    "counts": Text(
        "{all} indicators, of which {computed} are computed from records of persons; the others name their data.",
        "{all} indicatoren, waarvan {computed} worden berekend uit gegevens over personen; "
        "bij de andere staat welke gegevens nodig zijn.",
    ),
    "area": Text("area", "thema"),
    "indicators": Text("indicators", "indicatoren"),
    "indicator": Text("indicator", "indicator"),
    "yes": Text("yes", "ja"),
    "id": Text("id", "id"),
    "kind": Text("kind", "soort"),
    "unit": Text("unit", "eenheid"),
    "population": Text("who counts", "wie meetellen"),
    "ages": Text("ages", "leeftijden"),
    "of": Text("of", "of (teller)"),
    "over": Text("over", "over (noemer)"),
    "among": Text("among", "among (bevolking)"),
    "also": Text("also poor", "also (ook arm)"),
    "details": Text("details", "bijzonderheden"),
    "missing": Text("no answer", "geen antwoord"),
    "excluded": Text("left out", "telt niet mee"),
    "counts_as_no": Text("counts as no", "telt als nee"),
    "reference": Text("compared with", "vergeleken met"),
    "direction": Text("direction", "richting"),
    "higher_is_better": Text("higher is better", "hoger is beter"),
    "lower_is_better": Text("lower is better", "lager is beter"),
    "neutral": Text("neither is better", "geen van beide is beter"),
    "variables": Text("variables", "variabelen"),
    "needs": Text("data it needs", "gegevens die nodig zijn"),
    "source": Text("source", "bron"),
    "legal_basis": Text("legal basis", "wettelijke grondslag"),
    "oecd": Text("OECD", "OESO"),
    "eurostat": Text("Eurostat", "Eurostat"),
    "jaf": Text("Joint Assessment Framework", "Joint Assessment Framework"),
    "documents": Text("policy documents", "beleidsdocumenten"),
    "not_shown": Text("what it does not show", "wat het niet laat zien"),
    "next_review": Text("next review", "volgende herziening"),
    "figures": Text("Figures of the policy documents", "Cijfers uit de beleidsdocumenten"),
    "figures_intro": Text(
        "What the policy documents themselves state, in the units in which they state it. Where an indicator of the "
        "catalogue answers theirs, it is linked; their definitions and years may differ from it.",
        "Wat de beleidsdocumenten zelf noemen, in de eenheden waarin ze het noemen. Waar een indicator van de "
        "catalogus bij die van hen hoort, staat een koppeling; hun definities en jaren kunnen ervan afwijken.",
    ),
    "targets": Text("Targets", "Doelen"),
    "year": Text("year", "jaar"),
    "by_year": Text("by", "in"),
    "place": Text("place", "gebied"),
    "group": Text("group", "groep"),
    "figure": Text("figure", "cijfer"),
    "reference_figure": Text("compared with", "vergeleken met"),
    "where": Text("source", "bron"),
    "about": Text("about", "waarover"),
    "women": Text("women", "vrouwen"),
    "men": Text("men", "mannen"),
    "aged": Text("aged {}", "{} jaar"),
    "settling_in": Text("By OECD number", "Op nummer van de OESO"),
    "settling_in_intro": Text(
        "The numbered indicators of *Settling In* (OECD and European Commission, 2023), and which of ours answer each. "
        "An asterisk marks subjects that the source lists under a range of numbers; which number has which is our "
        "reading.",
        "De genummerde indicatoren van *Settling In* (OESO en Europese Commissie, 2023), en welke van ons erbij "
        "horen. Een sterretje staat bij onderwerpen die de bron onder meer nummers tegelijk noemt; welk nummer bij "
        "welk hoort, is onze lezing.",
    ),
    "number": Text("number", "nummer"),
    "subject": Text("subject", "onderwerp"),
    "answered_by": Text("indicators", "indicatoren"),
    "none": Text("none yet", "nog geen"),
    "not_defined": Text("no indicator of ours", "geen indicator van ons"),
}
KINDS = {
    "share": Text("share", "aandeel"),
    "mean": Text("mean", "gemiddelde"),
    "ratio": Text("ratio", "verhouding"),
    "total": Text("total", "totaal"),
    "quantile": Text("quantile", "kwantiel"),
    "poverty_threshold": Text("poverty threshold", "armoedegrens"),
    "poverty_rate": Text("poverty rate", "armoedepercentage"),
    "median_of_poor": Text("median income of the poor", "mediaan inkomen van de armen"),
    "poverty_gap": Text("poverty gap", "armoedekloof"),
    "quintile_ratio": Text("quintile ratio", "kwintielverhouding"),
    "gini": Text("Gini coefficient", "Gini-coëfficiënt"),
    "panel": Text("share of those followed over years", "aandeel van wie jaren gevolgd zijn"),
    "two_source_ratio": Text("ratio of two sources", "verhouding van twee bronnen"),
}
UNITS = {
    "proportion": Text("proportion, shown in per cent", "aandeel, getoond in procenten"),
    "euro": Text("euro", "euro"),
    "persons": Text("persons", "personen"),
    "number": Text("number", "getal"),
}
