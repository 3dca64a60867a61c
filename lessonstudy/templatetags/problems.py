"""What is wrong with an answer, in our own words where Django's are a machine's."""

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def in_our_words(errors):
    """The errors of a field as sentences, one after another."""
    return " ".join(sentence for error in errors.as_data() for sentence in _sentences(error))


def _sentences(error):
    if error.code != "max_length" or not error.params:
        return error.messages
    told = {"n": error.params["show_value"], "most": error.params["limit_value"]}
    words = ngettext(
        "This is %(n)d character long, and %(most)d fit here. Shorten it, or move a part of it elsewhere.",
        "This is %(n)d characters long, and %(most)d fit here. Shorten it, or move a part of it elsewhere.",
        told["n"],
    )
    return [words % told]
