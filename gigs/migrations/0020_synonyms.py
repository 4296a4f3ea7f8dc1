from django.db import migrations

# What is said in several ways where small jobs are sought. Staff change them and add theirs in the admin.
GROUPS = [
    ["cv", "resume", "curriculum vitae"],
    ["logo", "logotype", "brand mark"],
    ["seo", "search engine optimization", "search engine optimisation"],
    ["ui", "user interface"],
    ["ux", "user experience"],
    ["usability test", "usability testing", "user test", "user testing"],
    ["voice over", "voiceover", "narration"],
    ["subtitles", "captions", "closed captions"],
    ["transcription", "transcript", "transcribe"],
    ["localisation", "localization"],
    ["email", "e-mail"],
    ["wordpress", "wp"],
    ["slides", "presentation", "powerpoint", "slide deck", "pitch deck"],
    ["photo editing", "photo retouching", "retouching", "retouch"],
    ["background removal", "remove background", "cut out", "clipping path"],
    ["proofreading", "proofread", "copy editing", "copyediting"],
    ["business card", "business cards", "visiting card"],
    ["flyer", "flier", "leaflet"],
    ["ebook", "e-book"],
    ["website", "web site", "webpage"],
    ["accessibility", "a11y", "wcag"],
    ["motion graphics", "animation"],
    ["ads", "adverts", "advertisements"],
    ["google ads", "adwords"],
    ["page speed", "site speed", "load time", "page load"],
    ["privacy policy", "privacy notice"],
]


def add(apps, schema_editor):
    synonym = apps.get_model("gigs", "Synonym")
    known = {word.lower() for words in synonym.objects.values_list("words", flat=True) for word in words}
    synonym.objects.bulk_create(synonym(words=group) for group in GROUPS if not known.intersection(group))


class Migration(migrations.Migration):
    dependencies = [
        ("gigs", "0019_past"),
    ]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
