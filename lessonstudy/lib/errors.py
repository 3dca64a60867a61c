"""What a verb answers when the person is right but the moment is not."""


class NotAllowedNow(Exception):
    """The right person, the wrong stage. The message is for the person who asked."""
