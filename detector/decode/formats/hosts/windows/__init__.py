"""Windows' Security log: files of JSON and of XML, one meaning.

Comes in: nothing. Goes out: the formats.
"""

from detector.decode.format import Format
from detector.decode.formats.hosts.windows.windows_json import WINDOWS_JSON
from detector.decode.formats.hosts.windows.windows_xml import WINDOWS_XML

FORMATS: tuple[Format, ...] = (WINDOWS_JSON, WINDOWS_XML)
