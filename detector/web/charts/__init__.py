"""Charts as geometry: what a template draws as SVG, without a script or a library.

Comes in: numbers by day and hour. Goes out: rectangles, paths and labels in units of a picture 360 wide, so that a
phone shows its texts in full size. Colours are the style sheet's, and nothing is told by colour alone.
"""

from detector.web.charts.day_chart import DayChart, day_chart
from detector.web.charts.hour_map import HourMap, hour_map

__all__ = ["DayChart", "HourMap", "day_chart", "hour_map"]
