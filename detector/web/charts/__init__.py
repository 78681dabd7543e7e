"""Charts as geometry: what a template draws as SVG, without a script or a library.

Comes in: numbers by day and hour. Goes out: rectangles, paths and labels in units of a picture 360 wide, so that a
phone shows its texts in full size; of a flow or a day across in per cent and down in pixels. Colours are the style
sheet's, and nothing is told by colour alone. Pictures of values against values (``xy_chart``) are whole files
(``svg_file``), which bring their own colours.
"""

from detector.web.charts.day_chart import DayChart, day_chart
from detector.web.charts.day_strip import DayStrip, HourState, day_strip
from detector.web.charts.flow_chart import FlowChart, flow_chart
from detector.web.charts.hour_map import HourMap, hour_map
from detector.web.charts.svg_file import svg_file
from detector.web.charts.xy_chart import Axis, Series, XYChart, axis_of, rows_of

__all__ = [
    "Axis",
    "DayChart",
    "DayStrip",
    "FlowChart",
    "HourMap",
    "HourState",
    "Series",
    "XYChart",
    "axis_of",
    "day_chart",
    "day_strip",
    "flow_chart",
    "hour_map",
    "rows_of",
    "svg_file",
]
