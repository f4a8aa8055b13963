"""SDMX-ML 2.1 and 3.0 data, generic and structure-specific, as a stream: large answers need little memory.

pysdmx reads these messages into pandas frames; offices run without pandas, so they are read here. Structures are read
by pysdmx (see `structure`). Source: SDMX 2.1 and 3.0, section 3, SDMX-ML.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from lxml import etree

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.published.dataset import Dataset, Figures, Origin, dataset
from zaragoza.collect.published.refusal import broken, refused
from zaragoza.collect.published.structure import Structure

_FORM = "SDMX-ML message"
_VALUE, _TIME = "OBS_VALUE", "TIME_PERIOD"
_FLAGS = ("OBS_STATUS", "OBS_FLAG")
_CONFIDENTIALITY = ("CONF_STATUS", "CONF_STATUS_OBS")
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DATA_ROOTS = (
    "GenericData",
    "GenericTimeSeriesData",
    "StructureSpecificData",
    "StructureSpecificTimeSeriesData",
)
# Structure-specific messages write dimensions and attributes alike. Without the structure these are attributes.
_ATTRIBUTES = frozenset({
    _VALUE, *_FLAGS, *_CONFIDENTIALITY, "TIME_FORMAT", "TITLE", "TITLE_COMPL", "DECIMALS", "UNIT_MULT", "COLLECTION",
    "COLL_METHOD", "SOURCE_AGENCY", "OBS_COM", "OBS_PRE_BREAK", "PRE_BREAK_VALUE", "COMMENT_OBS", "COMMENT_TS",
})  # fmt: skip

Row = dict[str, str]


@dataclass
class _Message:
    """What a message has given so far.

    Attributes:
        rows: a mapping a figure, of all that is known of it.
        dimensions: names in the order of their first meeting.
        groups: key and attributes that hold for every series with that key.
        at_observation: the dimension that stands at the observation.
    """

    agency: str = "unknown"
    id: str = ""
    at_observation: str = _TIME
    updated: str | None = None
    rows: list[Row] = field(default_factory=list)
    dimensions: dict[str, None] = field(default_factory=dict)
    groups: list[tuple[Row, Row]] = field(default_factory=list)


def root_name(text: bytes, where: str) -> tuple[str, str] | None:
    """Local name and namespace of the first element; None where the text is not XML.

    Raises:
        InputError: a document type stands before it. SDMX-ML knows none, and what one holds is not left to a parser
            to get right.
    """
    found: list[tuple[str, str]] = []
    typed: list[str] = []

    def element(name: str, attributes: object) -> None:
        namespace, _, local = name.rpartition(" ")
        found.append((local, namespace))
        raise _FoundError

    def document_type(name: str, *about: object) -> None:
        typed.append(name)
        raise _FoundError

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = element, document_type
    attempt(lambda: parser.Parse(text, True), expat.ExpatError, _FoundError)
    if typed:
        raise refused(where, _FORM, "an XML document with a document type (DOCTYPE)", "Fetch the data anew.")
    return found[0] if found else None


class _FoundError(Exception):
    """What stands first was seen; the rest need not be read."""


def is_data(name: str) -> bool:
    """Whether a root element is that of a data message."""
    return name in _DATA_ROOTS


def read_sdmx_ml(text: bytes, where: str, structure: Structure | None = None) -> Dataset:
    """Reads SDMX-ML data.

    Args:
        text: the message.
        where: file or request, for errors.
        structure: of the dataset; where it is given it says what is a dimension.

    Raises:
        InputError: the message is broken, of an older standard, or says that the answer is too large.
    """
    message = attempt(lambda: _walk(text, where), etree.XMLSyntaxError, KeyError)
    if isinstance(message, Failure):
        raise broken(where, _FORM, f"one that ends or breaks off in the middle ({message.kind})")
    for key, attributes in message.groups:
        for row in message.rows:
            if key.items() <= row.items():
                row.update({name: value for name, value in attributes.items() if name not in row})
    return _made(message, structure)


def _elements(text: bytes) -> Iterator[etree._Element]:
    """Each as it ends."""
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True}
    return (element for _, element in etree.iterparse(io.BytesIO(text), events=("end",), **options))


def _walk(text: bytes, where: str) -> _Message:
    message = _Message()
    for element in _elements(text):
        name = etree.QName(element).localname
        if name == "Structure" and element.get("structureID"):
            _header(element, message)
        elif name in ("DataSetID", "Prepared", "Extracted"):
            _about(name, element.text or "", message)
        elif name == "Group":
            _group(element, message)
        elif name == "Series" or (name == "Obs" and _parent(element) == "DataSet"):
            _series(element, message)
            element.clear()
        elif name == "Message" and element.get("code") == "413":
            raise refused(
                where, "figures", "the notice that the answer is too large (413)",
                "Ask for less: name codes of a dimension, or a later first period.",
            )  # fmt: skip
    return message


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else etree.QName(parent).localname


def _header(element: etree._Element, message: _Message) -> None:
    message.at_observation = element.get("dimensionAtObservation", _TIME)
    for part in element.iter():
        if part.get("agencyID"):
            message.agency, message.id = part.get("agencyID", ""), part.get("id", "")
        elif part.text and "=" in part.text and part.text.startswith("urn:sdmx"):
            agency, _, rest = part.text.rpartition("=")[2].partition(":")
            message.agency, message.id = agency, rest.partition("(")[0]


def _about(name: str, text: str, message: _Message) -> None:
    if name == "DataSetID":
        message.id = text or message.id
    elif message.updated is None or name == "Extracted":
        message.updated = text


def _values(element: etree._Element | None) -> Row:
    """The pairs of generic data: `<Value id= value=>`."""
    if element is None:
        return {}
    return {one.get("id"): one.get("value", "") for one in element if etree.QName(one).localname == "Value"}


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((one for one in element if etree.QName(one).localname == name), None)


def _plain(element: etree._Element) -> Row:
    """The pairs of structure-specific data: XML attributes without a namespace."""
    return {str(name): value for name, value in element.attrib.items() if not str(name).startswith("{")}


def _group(element: etree._Element, message: _Message) -> None:
    key = _values(_child(element, "GroupKey"))
    if key:
        message.groups.append((key, _values(_child(element, "Attributes"))))
        return
    pairs = _plain(element)
    attributes = {
        name: value for name, value in pairs.items() if name in _ATTRIBUTES or name.startswith("UNIT")
    }
    message.groups.append(({n: v for n, v in pairs.items() if n not in attributes}, attributes))


def _series(element: etree._Element, message: _Message) -> None:
    if etree.QName(element).localname == "Obs":
        message.rows.append(_observation(element, message))
        return
    key = _values(_child(element, "SeriesKey"))
    common = key | _values(_child(element, "Attributes")) if key else _plain(element)
    _remember(key or common, message)
    for one in element:
        if etree.QName(one).localname == "Obs":
            message.rows.append(common | _observation(one, message))


def _observation(element: etree._Element, message: _Message) -> Row:
    dimension, value = _child(element, "ObsDimension"), _child(element, "ObsValue")
    key = _values(_child(element, "ObsKey"))
    if dimension is not None:
        key[dimension.get("id") or message.at_observation] = dimension.get("value", "")
    if key:
        row = key | _values(_child(element, "Attributes"))
        row |= {} if value is None else {_VALUE: value.get("value", "")}
    else:
        row = _plain(element)
        if message.at_observation not in row and (kind := element.get(_TYPE)):
            row[message.at_observation] = kind.rpartition(":")[2]
        key = {name: row[name] for name in row if message.at_observation in {name, "AllDimensions"}}
    _remember(key, message)
    return row


def _remember(key: Mapping[str, str], message: _Message) -> None:
    message.dimensions.update(dict.fromkeys(name for name in key if name not in _ATTRIBUTES))


def _made(message: _Message, structure: Structure | None) -> Dataset:
    names = dict.fromkeys(name for row in message.rows for name in row)
    known = structure.dimensions if structure else tuple(message.dimensions)
    dimensions = [name for name in known if name != _TIME and name in names]
    flag = next((name for name in _FLAGS if name in names), "")
    conf = next((name for name in _CONFIDENTIALITY if name in names), "")
    told = {_VALUE, _TIME, flag, conf, *dimensions}

    def column(name: str) -> list[str | None]:
        return [row.get(name) for row in message.rows]

    return dataset(
        Origin(source=message.agency, id=message.id, updated=message.updated),
        {name: column(name) for name in dimensions},
        Figures(
            value=_numbers(column(_VALUE)), period=column(_TIME), flag=column(flag), conf_flag=column(conf)
        ),
        attributes={name: column(name) for name in names if name not in told},
        labels={name: dict(structure.labels.get(name, {})) for name in dimensions} if structure else None,
    )


def _numbers(texts: list[str | None]) -> list[str | None]:
    return [text if text and text != "NaN" else None for text in texts]
