"""The first lesson on fractions: three cakes, four children, and a pair of scissors that changes hands."""

from lessonstudy.demo.fractions_plans import FIRST_PLAN
from lessonstudy.demo.people import GURU, MODERATOR, NARASUMBER, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Comment, Finding, Interview, Lesson, Note, Said, Seen, Table, Tablet, Todo

NOTES = (
    Note(
        "scissors",
        OBSERVER,
        "A05",
        29,
        3,
        "Menarik kertas A15 dan berkata, “Sini, aku saja yang potong,” lalu memotong ketiga kue "
        "sendiri. A15 meletakkan guntingnya.",
        "Ia ingin cepat selesai; A15 kehilangan kesempatan mencoba caranya.",
        flagged=True,
    ),
    Note(
        "folded-alone",
        OBSERVER,
        "A15",
        19,
        2,
        "Melipat tiap kertas menjadi empat dan mewarnai satu bagian dari setiap kertas. Tidak "
        "menunjukkannya kepada siapa pun.",
        "Ia sudah menemukan tiga perempat sendiri; diamnya bukan tanda tidak paham.",
        flagged=True,
    ),
    Note(
        "shook-her-head",
        OBSERVER_2,
        "A15",
        32,
        3,
        "Dari meja sebelah: gambarnya tertutup kertas A05. A09 bertanya, “Punyamu bagaimana?” Ia menggeleng.",
        "Mungkin ia merasa caranya sudah tidak diperlukan.",
        flagged=True,
    ),
    Note(
        "long-text",
        OBSERVER,
        "A18",
        13,
        2,
        "Membaca soal dengan telunjuk, berhenti di baris kedua, lalu melihat kertas A23 dan meniru "
        "lipatannya.",
        "Teks soal terlalu panjang baginya; melipatnya sendiri ia bisa.",
    ),
    Note(
        "small-pieces",
        OBSERVER_2,
        "A08",
        35,
        3,
        "Menghitung dengan jari, lalu berkata, “Tiga, tiga potong kecil.” A02 menulis “3/12”.",
        "A08 melihat dua belas potong; kelompok belum memastikan seperempat dari apa.",
    ),
    Note(
        "nodding",
        OBSERVER_2,
        "A02",
        38,
        3,
        "Menjelaskan cara kelompok tiga kali dengan kata-kata yang sama. A24 dan A12 mengangguk; tidak "
        "ada yang mengulangnya.",
        "Mengangguk belum tentu paham.",
    ),
    Note(
        "rubbed-out",
        OBSERVER_2,
        "A13",
        41,
        3,
        "Menulis “¾” kecil di sudut kertas, lalu menghapusnya ketika A22 berkata, “Jawabannya tiga.”",
        "Ia ragu karena suara A22 terdengar lebih yakin.",
        flagged=True,
    ),
    Note(
        "out-of-the-window",
        MODERATOR,
        "A10",
        33,
        3,
        "Memutar pensil dan memandang ke luar, kira-kira empat menit. Tidak ada yang menyapanya.",
        "Tugas kelompok ini dapat selesai tanpa dia.",
    ),
    Note(
        "stacked",
        MODERATOR,
        "A19",
        44,
        3,
        "Meletakkan potongan di atas potongan lain: “Lihat, sama.” A25 melakukan hal yang sama dengan "
        "kertasnya.",
        "Menumpuk potongan membuat “sama besar” terlihat.",
    ),
    Note(
        "no-gap",
        NARASUMBER,
        "A21",
        30,
        3,
        "Dua kali membuka mulut ketika A14 berhenti berbicara; dua kali A03 lebih dulu.",
        "Ada dorongan untuk berbicara yang tidak menemukan celah.",
        flagged=True,
    ),
    Note(
        "why-four",
        NARASUMBER,
        "A14",
        52,
        4,
        "Di depan kelas: “Tiap kue dibagi empat, ambil satu dari tiap kue.” Ditanya mengapa empat, ia "
        "menunjuk gambar empat anak.",
        "Ia menghubungkan penyebut dengan banyaknya anak.",
    ),
)

INTERVIEWS = (
    Interview(
        "a15-first",
        OBSERVER_2,
        "A15",
        enjoyed="Waktu melipat kertas.",
        learned="Tiga kue dibagi empat itu tiga perempat. Aku sudah tahu dari lipatanku.",
        worked="Melipat sendiri dulu, sebelum bareng-bareng.",
        change="Kertasku jangan langsung dipotong teman. Aku mau tunjukkan punyaku dulu.",
    ),
    Interview(
        "a05-first",
        OBSERVER,
        "A05",
        enjoyed="Memotong kue.",
        learned="Satu anak dapat tiga perempat.",
        worked="Kelompokku selesai paling cepat.",
        change="Kertasnya lebih banyak, jadi semua bisa memotong.",
    ),
    Interview(
        "a13-first",
        OBSERVER_2,
        "A13",
        learned="Aku kira jawabanku salah, jadi kuhapus. Ternyata benar.",
        worked="Waktu A14 cerita di depan.",
        change="Menulisnya pakai pulpen saja, biar tidak bisa dihapus.",
    ),
    Interview(
        "a10-first",
        MODERATOR,
        "A10",
        enjoyed="Ceritanya, ada kue.",
        learned="Membagi kue.",
        change="Tidak tahu.",
    ),
)

SAID = (
    Said(
        GURU,
        "interpretation",
        "Saya mengira semua kelompok sempat membandingkan gambar. Waktunya ternyata habis untuk memotong.",
    ),
    Said(
        OBSERVER,
        "fact",
        "Di kelompok 2 satu anak memotong ketiga kue. Anak di sebelahnya meletakkan guntingnya.",
        "scissors",
    ),
    Said(OBSERVER, "fact", "Sepuluh menit sebelumnya anak itu sudah mewarnai tiga perempat.", "folded-alone"),
    Said(
        OBSERVER_2,
        "fact",
        "Saya melihatnya dari meja sebelah: ditanya pun ia menggeleng, gambarnya sudah tertutup.",
        "shook-her-head",
    ),
    Said(
        MODERATOR,
        "question",
        "Apa yang membuat gagasan yang sudah ada di kertas tidak sampai ke kelompok?",
    ),
    Said(
        OBSERVER_2,
        "interpretation",
        "Ia menghapus jawaban yang benar karena temannya terdengar lebih yakin.",
        "rubbed-out",
    ),
    Said(NARASUMBER, "fact", "Dua kali seorang anak hendak bicara, dua kali didahului.", "no-gap"),
    Said(OBSERVER, "interpretation", "Kelas ini memang pendiam kalau ada tamu."),
    Said(
        GURU,
        "suggestion",
        "Saya ingin mencoba kartu bicara: tiap anak punya tiga, setiap giliran memakai satu kartu.",
    ),
    Said(
        NARASUMBER,
        "suggestion",
        "Biarkan setiap anak menunjukkan gambarnya dulu, tanpa penjelasan, sebelum kelompok memilih.",
    ),
)

FINDINGS = (
    Finding(
        "Seorang anak yang tidak bersuara di kelompok sudah menemukan tiga perempat sendiri; gagasannya "
        "tidak sampai ke kertas kelompok.",
        supports=("folded-alone", "shook-her-head", "a15-first"),
    ),
    Finding(
        "Anak yang ragu menghapus jawabannya ketika teman terdengar lebih yakin.",
        supports=("rubbed-out", "a13-first"),
    ),
    Finding("Soal yang panjang menghambat anak yang membaca perlahan.", supports=("long-text",)),
)

TODOS = (
    Todo("Memakai kartu bicara pada kerja kelompok: tiga kartu untuk tiap anak.", GURU, 7, is_done=True),
    Todo("Mengganti soal cerita dengan soal bergambar.", OBSERVER_2, 7, is_done=True),
)

FIRST = Lesson(
    plan=FIRST_PLAN,
    tables=(
        Table("A01 A11 A18 A23 A26", "VSQVX", 38),
        Table("A05 A09 A15 A20 A27", "LSXQS", 44),
        Table("A02 A08 A12 A24 A30", "LSSSV", 36),
        Table("A04 A06 A13 A22 A29", "VSXVQ", 30),
        Table("A07 A10 A17 A19 A25", "SXVSS", 34),
        Table("A03 A14 A16 A21 A28", "VVSQS", 28),
    ),
    watching={OBSERVER: (1, 2), OBSERVER_2: (3, 4), MODERATOR: (5,), NARASUMBER: (6,)},
    stand="Di sisi jendela dan di depan, tempat wajah siswa terlihat; jangan berdiri di antara meja.",
    following={MODERATOR: "A18"},
    hopes=(
        (2, "A15", "Melipat dengan benar, sendiri, tanpa menunjukkannya."),
        (2, "A05", "Selesai paling cepat dan menawarkan diri memotong."),
        (2, "A18", "Menunggu contoh; berhasil bila soal dibacakan."),
        (3, "A15", "Menunjukkan gambarnya bila ditanya teman."),
        (3, "A05", "Menjelaskan caranya lebih dari sekali."),
        (5, "A18", "Menggambar dan bercerita, sedikit menulis."),
    ),
    comments=(
        Comment(
            NARASUMBER, 3, "Apa yang membuat A15 berbicara di sini, kalau bukan ditanya?", is_settled=True
        ),
        Comment(OBSERVER, 2, "Cukupkah 15 menit untuk melipat tiga kertas?", is_settled=True),
    ),
    tablets={
        OBSERVER: Tablet(
            began=(0, 11, 27, 49, 63),
            seen=(
                Seen(14, 2, "A18", "Menunggu contoh dari teman."),
                Seen(18, 2, "A15", "Tiap kue dilipat empat; satu anak mendapat satu bagian dari tiap kue."),
                Seen(34, 3, "A05", "Tiga perempat, karena tiga potong yang masing-masing seperempat."),
            ),
        )
    },
    notes=NOTES,
    interviews=INTERVIEWS,
    said=SAID,
    findings=FINDINGS,
    todos=TODOS,
)
