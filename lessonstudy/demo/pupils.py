"""Class lists, in the columns of a roster. Nobody in them is a real child."""

COLUMNS = (
    "code",
    "given_name",
    "family_name",
    "gender",
    "prior_attainment",
    "support_needs",
    "home_language",
)

CLASS_4A = """
A01|Aditya|Pratama|m|74||Jawa
A02|Agnes|Simbolon|f|82||Batak Toba
A03|Ahmad|Fauzi|m|61||Betawi
A04|Ayu|Lestari|f|78||Jawa
A05|Bagas|Wicaksono|m|90||Jawa
A06|Bonar|Siregar|m|57||Batak Angkola
A07|Citra|Maharani|f|69||Indonesia
A08|Daniel|Wenda|m|52|Bahasa Indonesia bahasa kedua|Dani
A09|Dewi|Anjani|f|66||Sunda
A10|Dimas|Saputra|m|48||Jawa
A11|Elisabet|Nainggolan|f|73||Batak Toba
A12|Fajar|Nugroho|m|64||Jawa
A13|Fitri|Handayani|f|54||Minangkabau
A14|Gede|Artawan|m|71||Bali
A15|Hana|Puspitasari|f|68||Jawa
A16|Ilham|Ramadhan|m|60||Indonesia
A17|Intan|Permatasari|f|80||Sunda
A18|Joko|Susilo|m|39|Membaca perlahan; perlu teks pendek|Jawa
A19|Kadek|Widiani|f|67||Bali
A20|Lukas|Ndun|m|58||Rote
A21|Maria|Bere|f|62||Tetun
A22|Rizki|Maulana|m|76||Indonesia
A23|Nabila|Zahra|f|85||Melayu
A24|Putri|Amelia|f|59||Indonesia
A25|Putu|Mahendra|m|65||Bali
A26|Rahmat|Hidayat|m|50|Duduk di depan: pendengaran kiri lemah|Minangkabau
A27|Salsabila|Azzahra|f|72||Indonesia
A28|Surya|Wijaya|m|68||Indonesia
A29|Tiara|Rumbiak|f|56||Biak
A30|Yusuf|Mallarangan|m|63||Bugis
"""

CLASS_5A = """
B01|Andi|Baso|m|70||Bugis
B02|Anisa|Rahma|f|77||Indonesia
B03|Arga|Setiawan|m|55||Jawa
B04|Bintang|Samosir|m|62||Batak Toba
B05|Cahya|Ningrum|f|83||Jawa
B06|Clara|Tanuwijaya|f|88||Indonesia
B07|Damar|Jati|m|49||Jawa
B08|Desi|Ratnasari|f|64||Sunda
B09|Eko|Prasetyo|m|58||Jawa
B10|Febri|Yanti|f|71||Minangkabau
B11|Rizki|Ramadhan|m|66||Melayu
B12|Grace|Manoppo|f|75||Manado
B13|Hasan|Latuconsina|m|53||Ambon
B14|Irfan|Maulana|m|60||Indonesia
B15|Jelita|Sihombing|f|79||Batak Toba
B16|Kevin|Halim|m|86||Indonesia
B17|Laras|Wening|f|68||Jawa
B18|Markus|Yoman|m|45|Bahasa Indonesia bahasa kedua|Lani
B19|Nadia|Safitri|f|73||Betawi
B20|Nyoman|Suastika|m|57||Bali
B21|Oktavia|Lado|f|61||Sabu
B22|Pradnya|Dewanti|f|81||Bali
B23|Putri|Wahyuni|f|52||Jawa
B24|Rizki|Permana|m|67||Sunda
B25|Rini|Astuti|f|42|Perlu waktu lebih lama untuk menulis|Jawa
B26|Samuel|Pattinama|m|63||Ambon
B27|Teuku|Rafli|m|76||Aceh
B28|Ujang|Suryana|m|59||Sunda
B29|Winda|Oktaviani|f|70||Indonesia
"""

CLASS_3 = """
T01|Amira|Salim|f|||
T02|Budi|Santoso|m|||
T03|Candra|Gunawan|m|||
T04|Dina|Marlina|f|||
T05|Esra|Wattimena|f|||
T06|Farhan|Yusran|m|||
"""

CLASSES = {"4A": CLASS_4A, "5A": CLASS_5A}
OTHER_CLASSES = {"3": CLASS_3}


def rows(school_class: str) -> list[dict[str, str]]:
    """One dict for each pupil of such a list."""
    lines = school_class.strip().splitlines()
    return [dict(zip(COLUMNS, line.split("|"), strict=True)) for line in lines]
