"""The two schools and the people who sign in there."""

from lessonstudy.demo.pieces import Person

PASSWORD = "lesson-study-demo"  # noqa: S105  (printed for everybody who tries the program)

SCHOOL = ("DEMO", "SD Kebun Kenari")
OTHER_SCHOOL = ("OTHER", "SD Teluk Kerang")

GURU = "guru@demo.test"
OBSERVER = "observer@demo.test"
OBSERVER_2 = "observer2@demo.test"
MODERATOR = "moderator@demo.test"
NARASUMBER = "narasumber@demo.test"
PRINCIPAL = "principal@demo.test"
ADMIN = "admin@demo.test"
STRANGER = "stranger@other.test"

PEOPLE = (
    Person(GURU, "Ratna Wulandari", ("teacher",)),
    Person(OBSERVER, "Yohanes Seran", ("teacher",)),
    Person(OBSERVER_2, "Siti Maemunah", ("teacher",)),
    Person(MODERATOR, "Made Suardana", ("teacher",)),
    Person(NARASUMBER, "Nurhayati Lubis", ()),
    Person(PRINCIPAL, "Sri Hartini", ("principal",)),
    Person(ADMIN, "Dewi Anggraeni", ("administrator",)),
)
OTHER_PEOPLE = (Person(STRANGER, "Hendra Kusnadi", ("teacher",)),)
