# Инциденты: заголовки, хронология. Без данных клиентов.

incident-actor = { $type ->
    [human] учётной записью сотрудника
    [service] служебной учётной записью
    [admin] администратором
    [anonymous] кем-то без входа в систему
   *[unknown] неизвестной учётной записью
}
incident-actor-address = внешним адресом
incident-actor-session = анонимной сессией
incident-title-client-data = { $service ->
    [none] Данные клиентов взяты { $actor }
   *[other] Данные клиентов взяты { $actor } в системе { $service }
}
incident-title-web-attack = { $service ->
    [none] Веб-атака, ведётся { $actor }
   *[other] Веб-атака на систему { $service }, ведётся { $actor }
}
incident-title-storm = Шторм: оповещений больше, чем можно прочесть
incident-title-other = { $service ->
    [none] { $matter }: подозрительная активность, вызвана { $actor }
   *[other] { $matter }: подозрительная активность в системе { $service }, вызвана { $actor }
}

incident-entry-opened = Инцидент открыт по { $alerts ->
    [one] { $alerts } оповещению
   *[other] { $alerts } оповещениям
}, тяжесть { $severity }.
incident-entry-extended = { $alerts ->
    [one] Добавлено { $alerts } оповещение
    [few] Добавлено { $alerts } оповещения
   *[many] Добавлено { $alerts } оповещений
}.
incident-entry-severity = Тяжесть повышена: { $old } → { $new }.
incident-outsider = { $name } (не из группы)
incident-entry-acknowledged = Вызов принят: { $by }, способ: { $via }.
incident-entry-step-done = Шаг { $step } выполнен: { $proof }
incident-entry-step-skipped = Шаг { $step } пропущен: { $reason }
incident-entry-step-reopened = Шаг { $step } открыт снова: { $reason }
incident-entry-aware = T1 установлено на { $at }: { $reason }
incident-entry-status = Состояние { $old } → { $new }: { $reason }
incident-entry-scope = Масштаб посчитан: { $subjects ->
    [0] клиенты по id неизвестны
    [one] { $subjects } клиент
    [few] { $subjects } клиента
   *[many] { $subjects } клиентов
}, записей не меньше { $low }, не больше { $high }.
incident-entry-closed = Закрыт ({ $reason }): { $note }

incident-proof-opened = Открыто программой Nabat: { $alerts ->
    [one] { $alerts } оповещение
    [few] { $alerts } оповещения
   *[many] { $alerts } оповещений
}, T0 зафиксировано: { $at }.
incident-proof-acknowledged = Вызов принят, способ: { $via }.
incident-proof-aware = T1: { $at }, { $reason }
incident-proof-closed = Закрыт ({ $reason }): { $note }
incident-proof-dropped = Не нужно: закрыт как { $reason }.
incident-proof-approved = { $proof } (утверждает { $approver })

incident-severity-low = низкая
incident-severity-medium = средняя
incident-severity-high = высокая
incident-severity-critical = критическая

incident-via-cli = командная строка
incident-via-link = ссылка
incident-via-page = страница

incident-reason-again = после разрешения пришли новые оповещения.
