"""The sheets of the two lessons on fractions; the second keeps what worked in the first."""

from dataclasses import replace

from lessonstudy.demo.pieces import Plan, Step, Zone

FIRST_PLAN = Plan(
    topic="Tiga kue untuk empat anak",
    prior_knowledge=(
        "Siswa sudah membagi benda utuh sama banyak dan mengenal setengah serta seperempat dari satu "
        "kue. Yang baru: bagian yang berasal dari lebih dari satu kue."
    ),
    objectives=(
        (
            "cognitive",
            "Membagi tiga kue sama rata untuk empat anak dan menyebut bagian tiap anak sebagai pecahan.",
            "Menggambar bagian yang sama besar dan berkata “tiga perempat” sambil menunjuk gambarnya.",
        ),
        (
            "affective",
            "Mendengarkan gagasan setiap anggota kelompok sebelum memilih satu cara.",
            "Mengulang gagasan teman dengan kata-katanya sendiri.",
        ),
        (
            "psychomotor",
            "Melipat dan memotong kertas menjadi bagian yang sama besar.",
            "Potongan saling menutupi bila ditumpuk.",
        ),
    ),
    steps=(
        Step(
            phase="opening",
            minutes=10,
            activity="Guru bercerita tentang tiga kue lapis dan empat anak. Siswa menebak dahulu.",
            question="Cukupkah satu kue untuk tiap anak? Lebih atau kurang dari setengah?",
            support="Semua tebakan ditulis di papan tanpa dinilai.",
            watch="Siapa menebak sendiri, siapa menunggu tebakan teman?",
            expected=(
                ("partial", "Kurang dari satu kue."),
                ("misconception", "Tidak bisa dibagi, karena anaknya lebih banyak daripada kuenya."),
            ),
        ),
        Step(
            phase="core",
            minutes=15,
            activity="Tiap siswa melipat tiga kertas dan menggambar caranya sendiri, tanpa berbicara dulu.",
            question="Bagaimana caramu membagi supaya adil?",
            support="Guru berkeliling dan hanya bertanya: “Tunjukkan bagian satu anak.”",
            watch="Bagaimana tiap anak melipat; adakah cara yang berbeda di satu meja?",
            known="Setengah dan seperempat dari satu kue.",
            check="Setiap anak punya satu gambar yang bagian-bagiannya sama besar.",
            materials="Tiga lembar kertas lipat untuk tiap anak, gunting, lem.",
            expected=(
                ("correct", "Tiap kue dilipat empat; satu anak mendapat satu bagian dari tiap kue."),
                ("partial", "Dua kue dibagi dua, kue ketiga dibagi empat."),
                ("misconception", "Tiap kue dibagi tiga.", "Minta dibagikan kepada empat anak sungguhan."),
                ("none", "Menunggu contoh dari teman."),
            ),
        ),
        Step(
            phase="core",
            minutes=20,
            activity="Kelompok membandingkan gambar dan memilih satu cara untuk ditunjukkan.",
            question="Apa yang sama dari gambar kalian? Apa yang berbeda?",
            support="Bila satu anak bekerja sendiri: “Siapa yang belum menunjukkan gambarnya?”",
            watch="Gagasan siapa yang sampai ke kertas kelompok, dan gagasan siapa yang tidak?",
            expected=(
                ("correct", "Tiga perempat, karena tiga potong yang masing-masing seperempat."),
                ("misconception", "Tiga per dua belas, karena semuanya ada dua belas potong."),
            ),
        ),
        Step(
            phase="core",
            minutes=15,
            activity="Tiga kelompok menempel gambarnya; kelas mencari persamaan dan perbedaannya.",
            question="Mengapa penyebutnya empat?",
            support="Guru menulis kata-kata siswa apa adanya.",
            watch="Siapa mengulang gagasan teman dengan kata-katanya sendiri?",
            expected=(("correct", "Karena anaknya empat, jadi tiap kue dibagi empat."),),
        ),
        Step(
            phase="closing",
            minutes=10,
            activity="Siswa menulis: “Bagian tiap anak adalah …, karena …”.",
            question="Apa yang hari ini kamu tahu, yang kemarin belum?",
            support="Yang sulit menulis boleh menggambar lalu bercerita.",
            watch="Apakah alasan yang ditulis sesuai dengan gambarnya sendiri?",
        ),
    ),
)

BOARD = (
    Zone("Masalah", "Tiga kue untuk empat anak: berapa bagian tiap anak?", 0),
    Zone(
        "Cara kami",
        "Gambar dari tiga kelompok, ditempel berdampingan.",
        45,
        idea="Tiap kue dilipat empat; satu anak mendapat satu bagian dari tiap kue.",
    ),
    Zone("Yang sama", "Setiap kue dibagi empat, karena anaknya empat.", 55),
    Zone("Kesimpulan", "3 : 4 = ¾, dengan kata-kata siswa.", 60),
)
LEVELS = (
    "Membagi, tetapi bagiannya belum sama besar.",
    "Bagiannya sama besar, belum disebut sebagai pecahan.",
    "Menyebut tiga perempat dan menunjuknya di gambar.",
    "Menjelaskan mengapa dua cara memberi bagian yang sama.",
)
SCHOOL_FORM = {
    "learning_outcome": "Memahami pecahan sebagai bagian dari keseluruhan dan sebagai hasil bagi (Fase B).",
    "meaning": "Membagi dengan adil berarti membuat bagian yang sama besar dan dapat menjelaskannya.",
    "opening_question": "Cukupkah satu kue untuk tiap anak?",
    "material_character": "Konseptual; terkait pembagian dan pengukuran; sulit pada “seperempat dari apa”.",
    "approach": "Satu masalah, banyak cara",
    "environment": "Meja berkelompok lima, karya ditempel di dinding.",
    "facilities": "Kertas lipat, gunting, lem, papan tulis.",
    "assessment": "Proses: pengamatan diskusi kelompok. Hasil: gambar dan alasan tertulis tiap anak.",
    "worksheet": "Tiga kue dibagi adil untuk empat anak. Gambar bagian satu anak dan tulis alasanmu.",
}
FIRST_PLAN = replace(FIRST_PLAN, zones=BOARD, levels=LEVELS, dimensions=(3, 5, 8), more=SCHOOL_FORM)

SECOND_PLAN = Plan(
    topic="Mana yang lebih banyak: tiga kue untuk empat anak, atau dua kue untuk tiga anak?",
    prior_knowledge=(
        "Siswa sudah menyebut tiga perempat dan dua pertiga dari gambarnya sendiri. Yang baru: "
        "membandingkan dua bagian yang potongannya tidak sama besar."
    ),
    objectives=(
        (
            "cognitive",
            "Membandingkan tiga kue untuk empat anak dengan dua kue untuk tiga anak, dan memberi alasan.",
            "Menumpuk atau menggambar kedua bagian dan berkata mana yang lebih besar, dan mengapa.",
        ),
        *FIRST_PLAN.objectives[1:],
    ),
    dimensions=FIRST_PLAN.dimensions,
    more=SCHOOL_FORM,
    steps=(
        replace(
            FIRST_PLAN.steps[0],
            activity="Dua meja digambar di papan: tiga kue untuk empat anak, dua kue untuk tiga anak. "
            "Siswa memilih meja.",
            question="Kamu mau duduk di meja mana, supaya dapat lebih banyak?",
            expected=(
                ("partial", "Meja dengan tiga kue, karena kuenya lebih banyak."),
                ("misconception", "Sama saja, karena di tiap meja kurang satu kue."),
            ),
        ),
        replace(
            FIRST_PLAN.steps[1],
            activity="Tiap siswa menggambar bagian satu anak di kedua meja. Soal bergambar, tanpa cerita.",
            expected=(
                ("correct", "Tiga perempat dan dua pertiga, dari kue yang sama besar."),
                ("misconception", "Menggambar kue yang tidak sama besar."),
            ),
        ),
        Step(
            phase="core",
            minutes=20,
            activity="Setiap anak menunjukkan gambarnya dulu. Lalu kelompok berbicara dengan kartu: "
            "tiga kartu untuk tiap anak, satu kartu untuk satu giliran.",
            question="Mana yang lebih banyak? Bagaimana kamu meyakinkan temanmu?",
            support="Guru tidak menjawab; ia bertanya siapa yang masih punya kartu.",
            watch="Untuk apa kartu dipakai: gagasan, alasan, pertanyaan? Siapa yang menyimpannya?",
            expected=(
                ("correct", "Tiga perempat lebih banyak: dari satu kue hanya kurang seperempat."),
                ("partial", "Tiga perempat lebih banyak, dilihat dari potongan yang ditumpuk."),
                (
                    "misconception",
                    "Dua pertiga lebih banyak, karena pertiga lebih besar daripada seperempat.",
                ),
            ),
        ),
        replace(
            FIRST_PLAN.steps[3],
            activity="Tiga kelompok menempel potongannya; kelas memeriksa apakah kuenya sama besar.",
            question="Bolehkah dibandingkan kalau kuenya tidak sama besar?",
            expected=(("correct", "Tidak, kuenya harus sama dulu."),),
        ),
        FIRST_PLAN.steps[4],
    ),
)
