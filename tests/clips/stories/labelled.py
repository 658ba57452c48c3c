"""Clips of which a person has said which are one story: what the thresholds were chosen with, and are held to.

Each story is a list of (headline, excerpt); no two stories are the same. ``SERIES`` and ``SUBJECTS`` are the hard ones,
which look alike and are not. ``TRANSLATED`` are one story that no likeness of letters can see.
"""

from __future__ import annotations

Text = tuple[str, str]

_HISTORY = (
    "Doctors wrote down three generations of family health history in fewer than one in five first visits, according "
    "to recorded consultations at 23 clinics. Patients were mostly asked about parents, rarely about grandparents."
)
_BARLEY = (
    "A barley variety that carries two ancient genes kept its yield through a dry spring in trials on eleven farms, "
    "researchers reported on Thursday. Growers could have seed within four years."
)
_WHALE = (
    "The song of a blue whale changed in pitch for the thirtieth year in a row, recordings from five oceans show. "
    "Nobody knows why, but quieter ships may play a part."
)
_CAVE = "遺伝学者のチームは、洞窟の土から一万年前の人の遺伝子を読み取ったと発表した。骨は一つも見つかっていない。"
_BEES = (
    "Bienen aus Städten tragen mehr verschiedene Darmbakterien als ihre Verwandten vom Land, berichten Forscherinnen "
    "nach der Untersuchung von 900 Völkern. Ob sie das gesünder macht, ist offen."
)

COPIES: list[list[Text]] = [
    [  # one wire story in seven papers
        ("Clinics skip family health history, study says", _HISTORY),
        ("Clinics skip family health history, study says", _HISTORY[:150] + " ..."),
        ("Study: Clinics Skip Family Health History", _HISTORY),
        ("Why your doctor never asks about grandma", _HISTORY),
        ("CLINICS SKIP FAMILY HEALTH HISTORY – STUDY", "NEWTOWN (Wire) – " + _HISTORY),
        ("Clinics skip family health history, study says", ""),
        (
            "Family history goes unasked in most clinics",
            _HISTORY.replace("fewer than one in five", "less than a fifth of"),
        ),
    ],
    [
        ("Barley with two old genes survives the drought", _BARLEY),
        ("Old genes help barley through dry spring", _BARLEY),
        (
            "Ancient genes keep barley growing in drought",
            _BARLEY.replace("researchers reported on Thursday", "a team said"),
        ),
        ("Barley with two old genes survives the drought | The Fenland Post", _BARLEY[:110] + "…"),
    ],
    [
        ("Blue whales sing ever lower, and nobody knows why", _WHALE),
        ("Blue whales sing ever lower and no one knows why", _WHALE.replace("Nobody knows why", "No one knows why")),
        ("Whale song falls in pitch for the 30th year", _WHALE),
        ("Blue whales sing ever lower, and nobody knows why – The Harbor Ledger", _WHALE[:90]),
    ],
    [
        ("洞窟の土から一万年前の人の遺伝子を解読", _CAVE),
        ("一万年前の遺伝子、洞窟の土から", _CAVE),
        ("洞窟の土から一万年前の人の遺伝子を解読 - 港新聞", _CAVE[:30] + "…"),
    ],
    [
        ("Stadtbienen haben die buntere Darmflora", _BEES),
        ("Darmflora: Stadtbienen sind vielfältiger", _BEES),
        ("Stadtbienen haben die buntere Darmflora", _BEES[:120] + " …"),
    ],
    [
        (
            "Thousands of genomes trace the spread of the house sparrow",
            "Sparrows followed the first farmers out of the Fertile Crescent, a comparison of 4,200 genomes suggests.",
        ),
        (
            "House sparrow followed farmers, thousands of genomes show",
            "Sparrows followed the first farmers out of the Fertile Crescent, a comparison of 4,200 genomes suggests.",
        ),
    ],
    [
        ("Hospital opens clinic for rare inherited heart disease", ""),
        ("Hospital opens clinic for rare inherited heart disease", "Families no longer have to travel to the capital."),
        ("HOSPITAL OPENS CLINIC FOR RARE INHERITED HEART DISEASE", ""),
    ],
    [
        (
            "Gene test for newborns to be offered in all districts",
            (
                "From the spring, parents will be asked whether they want their child's blood spot sequenced, the "
                "health ministry announced. The pilot found treatable conditions in one baby of every 120."
            ),
        ),
        (
            "All newborns to be offered gene test",
            (
                "From the spring parents will be asked whether they want their child’s blood-spot to be sequenced, the "
                "health ministry said. A pilot found treatable conditions in one baby of every 120."
            ),
        ),
        (
            "Newborns: gene test for all from spring",
            (
                "Parents will be asked from the spring whether they want their child's blood spot sequenced, the "
                "health ministry announced. The pilot found treatable conditions in one baby of every 120."
            ),
        ),
    ],
]

SERIES: list[list[Text]] = [
    [("The Gene Hour, Episode 12", "The weekly programme about heredity, with listeners' questions.")],
    [("The Gene Hour, Episode 13", "The weekly programme about heredity, with listeners' questions.")],
    [("The Gene Hour, Episode 14", "The weekly programme about heredity, with listeners' questions.")],
    [("Insider sells 1,500 shares of Helix Works", "An insider of Helix Works sold 1,500 shares of the firm's stock.")],
    [("Insider sells 2,750 shares of Helix Works", "An insider of Helix Works sold 2,750 shares of the firm's stock.")],
    [("Genome diary, part II", "Our reporter has her genome read and tells what that is like.")],
    [("Genome diary, part III", "Our reporter has her genome read and tells what that is like.")],
    [("Morning briefing: Monday", "What matters in science today, in three minutes.")],
    [("Morning briefing: Tuesday", "What matters in science today, in three minutes.")],
    [("Gene market to reach $3.2 billion by 2027", "The report studies size, share and growth of the gene market.")],
    [("Gene market to reach $4.8 billion by 2031", "The report studies size, share and growth of the gene market.")],
]

SUBJECTS: list[list[Text]] = [
    [
        (
            "Clinics begin to ask about family health history",
            (
                "A new form makes it easy for patients to write down which diseases their grandparents had, "
                "and three hospitals hand it out before the first visit."
            ),
        )
    ],
    [
        (
            "Family health history: why it matters",
            (
                "An explainer. Which diseases run in families, what a doctor can do with that, what to ask "
                "at the next family party."
            ),
        )
    ],
    [
        (
            "Barley harvest down by a fifth after the drought",
            (
                "Growers on the eastern plain brought in far less than last year, the farmers' union said. "
                "Seed for the next year may run short."
            ),
        )
    ],
    [
        (
            "Whale watchers count more blue whales than ever",
            "From five boats, volunteers saw 41 animals in a week. Quieter ships may play a part, they think.",
        )
    ],
    [
        (
            "Gene test for newborns: what parents should know",
            "Six questions and answers about the blood spot and privacy.",
        )
    ],
    [("洞窟の壁画は一万年前のものと判明", "考古学者のチームは、洞窟の壁画の年代を測定したと発表した。")],
    [("Stadtbienen im Winter: was Gärten tun können", "Drei Ratschläge für Balkon und Hof, vom Imkerverein.")],
    [("Hospital opens ward for premature babies", "")],
    [("Hospital opens clinic for sleep disorders", "")],
    [("Letters to the editor", "Our readers write about genes, schools and the new bridge.")],
    [
        (
            "House sparrow is bird of the year",
            "The naturalists' union chose it because its numbers fell by half in thirty years.",
        )
    ],
    [
        (
            "Robot helps surgeons in children's hospital",
            "The machine threads needles finer than a hair, and has never been tired.",
        )
    ],
    [
        (
            "Robot helps farmers pick strawberries",
            "The machine tells ripe from unripe by colour, and has never been tired.",
        )
    ],
]

TRANSLATED: list[Text] = [
    ("Clinics skip family health history, study says", _HISTORY),
    (
        "Las clínicas omiten los antecedentes familiares, según un estudio",
        (
            "Los médicos anotaron tres generaciones en menos de una de cada cinco primeras visitas, según grabaciones "
            "de 23 clínicas. Se preguntó sobre todo por los padres y rara vez por los abuelos."
        ),
    ),
]

# Written after the thresholds were chosen, and never used to choose them.
HELD_OUT: list[list[Text]] = [
    [
        (
            "Potato blight returns as summers get wetter",
            (
                "The mould that caused the great famine has been found on 140 fields in the west, "
                "twice as many as a year ago."
            ),
        ),
        (
            "Twice as many fields hit by potato blight",
            ("The mould that caused the great famine was found on 140 fields in the west, twice as many as last year."),
        ),
        (
            "Wet summers bring back potato blight",
            (
                "WESTFORD (Wire) — The mould that caused the great famine has been found on 140 fields in the west, "
                "twice …"
            ),
        ),
    ],
    [
        (
            "Twins raised apart share more than their genes, a registry shows",
            "A registry of 1,900 pairs suggests that habits are passed on along with looks.",
        ),
        ("Twins raised apart share more than genes, registry shows", "Habits are passed on along with looks."),
    ],
    [
        (
            "Le génome du loup raconte trois siècles de chasse",
            "Des peaux conservées dans douze musées ont livré assez d’ADN pour suivre le déclin de l’espèce.",
        ),
        (
            "Trois siècles de chasse dans le génome du loup",
            (
                "Des peaux conservées dans douze musées ont livré assez d'ADN pour suivre le déclin de l'espèce, "
                "selon l'étude."
            ),
        ),
    ],
    [
        (
            "Учёные прочитали геном пещерного медведя",
            "Образцу из ледника около тридцати тысяч лет, сообщил институт в пятницу.",
        ),
        ("Геном пещерного медведя прочитан", "Образцу из ледника около тридцати тысяч лет, сообщил институт."),
    ],
    [
        (
            "Salmon learn the way home from the smell of moss",
            "A river in the north was marked with extracts for two years.",
        ),
        ("Smell of moss leads salmon home", "Fish find their river by what grows on its stones, biologists report."),
    ],
    [
        (
            "Sickle cell therapy approved for children",
            "The regulator decided after a trial with 60 patients from the age of five.",
        ),
        (
            "Regulator approves sickle cell therapy for children",
            "It decided after a trial with 60 patients from the age of five.",
        ),
    ],
    [("Potato prices fall after a good summer", "Growers in the east brought in twice as many as a year ago.")],
    [("Sickle cell therapy: what parents ask", "Five questions and answers after a decision of the regulator.")],
    [("Quiz of the week: 14 November", "Ten questions about genes, stars and the news.")],
    [("Quiz of the week: 21 November", "Ten questions about genes, stars and the news.")],
    [("Weather and pollen, north", "Sunny with some clouds, few birches, many grasses.")],
    [("Weather and pollen, south", "Cloudy with some sun, many birches, few grasses.")],
]
