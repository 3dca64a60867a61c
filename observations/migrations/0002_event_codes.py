"""The built-in twelve event codes."""

from django.db import migrations

# slug, label, definition, direction, domain, shown first
CODES = [
    ("gives_idea", "gives an idea", "Offers information, an answer or a proposal without being asked.", "gives", "cognitive", True),
    ("answers", "answers", "Replies after being named or asked.", "neither", "cognitive", True),
    ("asks", "asks", "Asks a classmate or the teacher for help or information.", "takes", "cognitive", True),
    ("explains", "explains why", "Gives a reason for an idea, their own or another's.", "gives", "cognitive", True),
    ("listens", "listens", "Turns to the speaker and shows it arrived: nods, repeats, writes it down.", "takes", "affective", True),
    ("takes_over", "takes over", "Interrupts, takes the pencil or material, or answers for another.", "neither", "affective", True),
    ("builds_on", "builds on", "Adds to or connects with a named classmate's idea.", "gives", "cognitive", False),
    ("challenges", "challenges", "Doubts or disagrees, politely.", "gives", "cognitive", False),
    ("invites", "invites", "Asks a quiet classmate for a view, or offers a turn or material.", "neither", "affective", False),
    ("performs", "does", "Handles, measures, draws or shows a skill.", "neither", "psychomotor", False),
    ("self_corrects", "corrects own work", "Notices and mends an own mistake.", "neither", "cognitive", False),
    ("speaks", "speaks", "A turn of talk that nobody coded further.", "neither", "cognitive", False),
]


def add(apps, schema_editor):
    EventCode = apps.get_model("observations", "EventCode")
    for order, (slug, label, definition, direction, domain, first) in enumerate(CODES, start=1):
        EventCode.objects.get_or_create(
            slug=slug,
            defaults={
                "label": label, "definition": definition, "direction": direction,
                "domain": domain, "order": order, "shown_first": first,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("observations", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
