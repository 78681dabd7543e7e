"""Handing letters over: one sender at a time, at one pace, asked each second whether it still may."""
