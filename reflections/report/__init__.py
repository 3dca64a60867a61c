"""The debriefing report: its words and its pages."""
