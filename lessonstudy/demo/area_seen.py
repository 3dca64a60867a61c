"""What three observers' tablets sent of the lesson on area, and what was gathered when it was over.

One of two at a table left it for five minutes; a guest sat down beside her for a while.
"""

from lessonstudy.demo.people import NARASUMBER, OBSERVER, OBSERVER_2
from lessonstudy.demo.pieces import Foot, Interview, Look, Note, Reached, Seen, Stay, Tablet, Tap, Work

TABLETS = {
    OBSERVER: Tablet(
        began=(0, 12, 41, 62),
        seen=(
            Seen(6, 1, "B12", "Enam di setiap baris, ada lima baris."),
            Seen(8, 1, "B29", "Menggambar ubin yang hilang, lalu menghitung semuanya."),
            Seen(23, 2, "B29", "Menjumlahkan keempat tepi."),
            Seen(29, 2, "B22", fact="Memutar karpet: barisnya menjadi enam, tiap baris lima. “Sama saja.”"),
        ),
        looks=(Look(20, 1), Look(30, 1, "B01"), Look(40, 1, "B01 B29")),
        mistakes=(Tap(15, "B01", "explains"),),
    ),
    OBSERVER_2: Tablet(
        seen=(
            Seen(7, 1, "B16", "Enam di setiap baris, ada lima baris."),
            Seen(17, 2, "B16", "Mengalikan banyak petak di dua tepi."),
        ),
        stays=(Stay(2, 0, 41), Stay(2, 46)),
    ),
    NARASUMBER: Tablet(stays=(Stay(2, 12, 34),), lost=2),
}

NOTES = (
    Note(
        "told-the-number",
        OBSERVER_2,
        "B16",
        18,
        2,
        "Menulis “30” sesudah satu menit dan memutar kertas supaya semua menyalin. B18 menyalin, lalu "
        "menutup bukunya.",
        "B18 mendapat hasil, bukan cara.",
        flagged=True,
        at_first="Menulis “30” dan memutar kertas. Semua menyalin.",
    ),
    Note(
        "drew-the-rows",
        OBSERVER_2,
        "B18",
        33,
        2,
        "Membuka lagi bukunya dan menggambar baris-baris petak di atas karpet kedua, tanpa diminta.",
        "Ia memerlukan gambar untuk melihat barisnya.",
        flagged=True,
    ),
    Note(
        "what-do-you-think",
        OBSERVER,
        "B22",
        26,
        2,
        "Berkata kepada B07, “Menurutmu berapa barisnya?” dan menunggu. B07 menunjuk satu per satu: lima.",
        "Pertanyaan tentang baris, bukan tentang hasil, membuat B07 ikut.",
        flagged=True,
    ),
    Note(
        "added-the-edges",
        OBSERVER,
        "B29",
        24,
        2,
        "Menjumlahkan keempat tepi: dua puluh dua. Menghapusnya setelah melihat gambar B12.",
        elsewhere="Menjumlahkan keempat tepi: dua puluh dua. Menghapusnya setelah B12 menunjuk barisnya.",
    ),
)

INTERVIEWS = (
    Interview(
        "b18",
        OBSERVER_2,
        "B18",
        enjoyed="Menggambar karpet.",
        learned="Kalau digambar barisnya, aku bisa. Tadi aku hanya menyalin.",
        change="Jangan diberi tahu dulu.",
    ),
    Interview(
        "b07-b22",
        OBSERVER,
        "B07 B22",
        enjoyed="B22: Karpet yang ketiga. B07: Menunjuk barisnya.",
        learned="B07: Ada berapa baris, lalu tiap baris berapa. B22: Diputar pun sama.",
        worked="B07: Ditanya dulu, dan ditunggu.",
    ),
)

WORK = (
    Work(
        OBSERVER_2,
        "B18",
        "during",
        1,
        2,
        "Karpet pertama: “30” disalin dari kertas B16, tanpa gambar.",
    ),
    Work(OBSERVER_2, "B18", "after", 1, 3, "Surat kepada tukang ubin: “Gambar dulu barisnya, ada lima.”"),
    Work(OBSERVER_2, "B16", "after", 1, 3, "“Kalikan saja sisinya.” Alasannya tidak ditulis."),
    Work(OBSERVER, "B22", "during", 1, 4, "Tiap baris ditarik garis; hasilnya dari baris.", carpet=(6, 5)),
    Work(OBSERVER, "B12", "during", 1, 3, "Baris demi baris, tanpa menggambar petaknya.", carpet=(5, 4)),
    Work(OBSERVER, "B29", "during", 1, 2, "“22” dihapus, lalu “30”; caranya tidak ditulis."),
)

REACHED = (Reached(1, before="22123212222212342121231212322", after="33234323332313443232341323-33"),)

FEET = (
    Foot(
        OBSERVER_2,
        thoughts="Yang cepat memberi tahu hasilnya; yang lain berhenti mencari.",
        pattern="Buku B18 tertutup ketika hasilnya disalin, terbuka lagi ketika ia boleh menggambar.",
        progress="B18 menulis tentang baris dalam suratnya.",
        to_ask="B16: Bagaimana kamu akan membantu teman tanpa menyebut angkanya?",
        is_handed_in=True,
    ),
    Foot(
        OBSERVER,
        thoughts="Satu pertanyaan tentang baris, lalu menunggu.",
        to_ask="B29: Apa yang kamu lihat di gambar B12?",
    ),
)
