"""The second lesson on fractions: the same tables, with cards that give everybody a turn."""

from lessonstudy.demo.fractions_plans import SECOND_PLAN
from lessonstudy.demo.people import GURU, MODERATOR, NARASUMBER, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Finding, Interview, Lesson, Note, Said, Seen, Table, Tablet, Todo

NOTES = (
    Note(
        "first-card",
        OBSERVER,
        "A15",
        28,
        3,
        "Menaruh kartu pertamanya dan berkata, “Kalau kuenya dua untuk tiga anak, tiap anak dapat dua "
        "pertiga.” A05 menunggu sampai ia selesai.",
        "Kartu memberinya celah, dan A05 menahan diri.",
        flagged=True,
    ),
    Note(
        "stacked-thirds",
        OBSERVER_2,
        "A15",
        36,
        3,
        "Terdengar dari meja sebelah: menjelaskan kepada A20 mengapa sepertiga lebih besar daripada "
        "seperempat, dengan menumpuk dua potongan.",
        "Ia menjelaskan, bukan hanya menjawab.",
        flagged=True,
    ),
    Note(
        "out-of-cards",
        OBSERVER,
        "A05",
        31,
        3,
        "Kartunya habis. Ia menulis gagasannya dan menggeser kertas itu ke A27 tanpa bicara.",
        "Ia mencari jalan lain untuk ikut; gagasannya tetap dipakai.",
    ),
    Note(
        "by-picture",
        OBSERVER,
        "A18",
        21,
        2,
        "Melihat gambar soal, langsung melipat sendiri, selesai sebelum A23.",
        "Tanpa teks panjang ia bekerja sendiri.",
    ),
    Note(
        "in-his-words",
        OBSERVER_2,
        "A08",
        30,
        3,
        "Berkata, “Dua, dua per tiga.” A02 menulisnya persis seperti yang ia ucapkan.",
        "Kata-katanya sampai ke kertas kelompok.",
    ),
    Note(
        "disagreed",
        OBSERVER_2,
        "A13",
        39,
        3,
        "“Aku tidak setuju, potongannya tidak sama besar.” Ia mengukur dengan jari; A22 mengukur ulang.",
        "Ia berani menyanggah ketika ada benda yang dapat ditunjuk.",
        flagged=True,
    ),
    Note(
        "three-cards-at-once",
        MODERATOR,
        "A10",
        29,
        3,
        "Menaruh ketiga kartunya sekaligus tanpa berkata apa-apa, lalu diam sampai kerja kelompok selesai.",
        "Bagi A10 kartu adalah beban yang ingin cepat dilepas.",
        flagged=True,
    ),
    Note(
        "asked-a10",
        MODERATOR,
        "A19",
        35,
        3,
        "Bertanya kepada A10, “Punyamu mana?” A10 menggeser gambarnya: dua kue, masing-masing dibagi "
        "tiga, benar.",
        "Gambarnya benar; ia belum mau mengatakannya.",
    ),
    Note(
        "how-come",
        NARASUMBER,
        "A21",
        40,
        3,
        "Bertanya kepada A14, “Kok bisa tiga perempat lebih banyak?” dan menunggu. A14 menggambar ulang.",
        "Pertanyaannya membuat kelompok memeriksa kembali.",
        flagged=True,
    ),
    Note(
        "bigger-paper",
        NARASUMBER,
        "A28",
        50,
        4,
        "Menempel sepertiga dan seperempat dari kertas yang ukurannya berbeda. Dua teman berkata, "
        "“Kertasmu lebih besar.”",
        "Satuan yang sama belum jelas bagi semua.",
        flagged=True,
    ),
)

INTERVIEWS = (
    Interview(
        "a15-second",
        NARASUMBER,
        "A15",
        enjoyed="Waktu aku pakai kartu dan semua melihat gambarku.",
        learned="Sepertiga itu lebih besar dari seperempat, tapi tiga perempat lebih banyak dari dua "
        "pertiga.",
        worked="Kartunya. Jadi aku tahu kapan giliranku.",
    ),
    Interview(
        "a10-second",
        MODERATOR,
        "A10",
        learned="Dua kue untuk tiga anak, dibagi tiga-tiga.",
        change="Aku tidak suka kartu. Aku mau menunjukkan gambar saja.",
    ),
    Interview(
        "a21-second",
        NARASUMBER,
        "A21",
        enjoyed="Bertanya. A14 sampai menggambar lagi.",
        worked="Teman-teman menunggu kalau kartuku sudah di meja.",
        change="Kartunya empat, soalnya punyaku habis.",
    ),
    Interview(
        "a20-second",
        OBSERVER,
        "A20",
        learned="A15 menunjukkan potongannya ditumpuk, jadi aku lihat sendiri.",
        worked="Potongan kertas.",
    ),
)

SAID = (
    Said(
        GURU,
        "interpretation",
        "Dengan kartu saya lebih banyak diam. Saya khawatir dua kelompok terlalu sibuk menghitung kartu.",
    ),
    Said(OBSERVER, "fact", "Menit ke-28 ia memakai kartu pertamanya, dan A05 menunggu.", "first-card"),
    Said(
        OBSERVER_2,
        "fact",
        "Beberapa menit kemudian ia menjelaskan kepada A20 dengan menumpuk potongan.",
        "stacked-thirds",
    ),
    Said(MODERATOR, "fact", "A10 menaruh ketiga kartunya sekaligus, lalu diam.", "three-cards-at-once"),
    Said(
        MODERATOR,
        "interpretation",
        "Gambarnya benar. Baginya menunjukkan lebih mudah daripada mengatakan.",
        "asked-a10",
    ),
    Said(OBSERVER_2, "fact", "“Aku tidak setuju,” katanya, lalu mengukur.", "disagreed"),
    Said(NARASUMBER, "fact", "Ia bertanya, menunggu, dan kelompok menggambar ulang.", "how-come"),
    Said(OBSERVER, "question", "Apakah kartu masih perlu bila anak sudah terbiasa menunjukkan gambar dulu?"),
    Said(
        NARASUMBER,
        "suggestion",
        "Pertahankan waktu menggambar sendiri; kartu boleh dilepas sedikit demi sedikit. Periksa juga "
        "apakah kertas yang dibagikan sama besar.",
    ),
)

FINDINGS = (
    Finding(
        "Dengan kartu bicara, anak yang pada pelajaran pertama tidak bersuara mengutarakan dan "
        "menjelaskan gagasannya.",
        supports=("first-card", "stacked-thirds", "a15-second"),
    ),
    Finding(
        "Kartu bicara membuat semua anak pendiam ikut berbicara.",
        supports=("first-card", "how-come", "in-his-words"),
        against=("three-cards-at-once", "a10-second"),
    ),
    Finding(
        "Sebagian anak membandingkan potongan dari kertas yang tidak sama besar.", supports=("bigger-paper",)
    ),
)

TODOS = (
    Todo(
        "Semua kelas 4: tiga menit menggambar sendiri, lalu menunjukkan gambar, sebelum kerja kelompok.",
        GURU,
        45,
    ),
    Todo("Mengamati A10 dua kali lagi, pada pelajaran lain, sebelum menarik simpulan.", OBSERVER, 50),
    Todo("Membagikan rencana dan kartu bicara kepada guru kelas 3 dan 5.", MODERATOR, 14, is_done=True),
)

SECOND = Lesson(
    plan=SECOND_PLAN,
    tables=(
        Table("A01 A11 A18 A23 A26", "VSSVQ", 44),
        Table("A05 A09 A15 A20 A27", "SSSSS", 48),
        Table("A02 A08 A12 A24 A30", "VSSSV", 42),
        Table("A04 A06 A13 A22 A29", "VSSVS", 40),
        Table("A07 A10 A17 A19 A25", "SXVSS", 40),
        Table("A03 A14 A16 A21 A28", "SVSVS", 36),
    ),
    watching={OBSERVER: (1, 2), OBSERVER_2: (3, 4), MODERATOR: (5,), NARASUMBER: (6,)},
    stand="Di sisi jendela dan di depan, tempat wajah siswa terlihat; jangan berdiri di antara meja.",
    following={MODERATOR: "A18"},
    hopes=(
        (3, "A15", "Memakai kartu pertamanya untuk menjelaskan gambarnya."),
        (3, "A05", "Menyimpan kartu terakhir dan mendengarkan."),
        (3, "A18", "Menunjuk gambar, lalu berkata satu kalimat."),
    ),
    reasons=(
        (1, "Masalah baru, supaya yang dibandingkan dua bagian."),
        (2, "A18 berhenti di teks panjang pada pelajaran pertama."),
        (3, "Tiap anak mendapat giliran sebelum kelompok memilih: A15 tidak sempat menunjukkan gambarnya."),
        (4, "Beberapa kue digambar tidak sama besar."),
    ),
    tablets={
        OBSERVER: Tablet(
            began=(0, 10, 25, 46, 61),
            seen=(
                Seen(5, 1, "A26", "Meja dengan tiga kue, karena kuenya lebih banyak."),
                Seen(20, 2, "A18", "Tiga perempat dan dua pertiga, dari kue yang sama besar."),
                Seen(33, 3, "A05", fact="Membandingkan yang kurang: seperempat dan sepertiga."),
            ),
        )
    },
    notes=NOTES,
    interviews=INTERVIEWS,
    said=SAID,
    findings=FINDINGS,
    todos=TODOS,
)
