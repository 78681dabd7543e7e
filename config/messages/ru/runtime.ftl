# Почему это слепое пятно.
blind-spot-source = Источник { $name } не читается: { $why }.
blind-spot-rule = Правило { $name } не проверяет: { $why }.
blind-spot-model = Модель поведения { $name } не оценивает: { $why }.
blind-spot-role = Никто не отвечает за { $name }: { $why }.
blind-spot-state = Не удаётся сохранить { $name }: { $why }.

# Закон рядом с его часами: насколько мы уверены в тексте.
law-marked = { $title } ({ $mark ->
        [text] текст прочитан
        [secondary] по вторичным источникам
       *[memory] по памяти
    }; уточните у юриста)

# Модель поведения, для первой страницы.
model-off = выключена
model-not-ready = не готова: { $why }
model-trained = обучена { $day } на { $rows ->
        [one] { $rows } окне
       *[other] { $rows } окнах
    }, учётных записей и адресов: { $actors }
model-starter = поставляемая, обучена на вымышленной компании; обучите её на своих журналах: nabat train
