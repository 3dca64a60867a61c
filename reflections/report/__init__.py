"""The debriefing report: its words, its glyphs, its pages."""
