# Уведомления органам, партнёрам и другим: что говорится о каждом поле и как называется его состояние.
notice-nature = { $kind ->
    [alteration] Персональные данные были неправомерно изменены или удалены.
   *[leak] К персональным данным получен неправомерный доступ, данные переданы получившему доступ лицу.
}
notice-nature-systems = Затронутые системы: { $services }.
notice-nature-acts = Действия по журналам доступа: { $acts }.
notice-act = { $act } — { NUMBER($count) }
notice-nature-span = Первое известное действие: { $first }; последнее: { $last }.
notice-stopped = Прекращено: { $time }.
notice-not-stopped = То, что доступ прекращён, пока не установлено.
notice-and-more = { $names } и ещё { NUMBER($count) }
notice-why-suspected = подозрение по журналам доступа, человеком пока не подтверждено
notice-why-flowing = пока не записано, что доступ прекращён
notice-found-report = Нам сообщили извне: { $time }.
notice-found-by-hand = Зафиксировано нашими сотрудниками: { $time }.
notice-found-logs = Обнаружено при контроле журналов доступа: { $time }.
notice-aware = О том, что затронуты персональные данные, нам известно с { $time }.
notice-leak-yes = Да: персональные данные переданы получившему доступ лицу.
notice-leak-no = Нет: персональные данные изменены или удалены, о передаче ничего не известно.
notice-changed-fields = Изменилось с прошлого уведомления: { $fields }.

notice-persons = { NUMBER($count) } { $count ->
    [one] человек
    [few] человека
   *[many] человек
}
notice-persons-at-least = не менее { NUMBER($count) } { $count ->
    [one] человека
    [few] человек
   *[many] человек
}
notice-persons-at-most = не более { NUMBER($count) } { $count ->
    [one] человека
    [few] человек
   *[many] человек
}
notice-persons-between = от { $least } до { NUMBER($count) } { $count ->
    [one] человека
   *[many] человек
}
notice-of-others = из них { NUMBER($count) } { $count ->
    [one] — клиент
    [few] — клиенты
   *[many] — клиенты
} компаний, по поручению которых мы обрабатываем данные
notice-records-of-others = из них только о клиентах этих компаний: { NUMBER($count) }
notice-persons-unknown = число людей устанавливается
notice-records = { NUMBER($count) } { $count ->
    [one] запись
    [few] записи
   *[many] записей
}
notice-records-at-least = не менее { NUMBER($count) } { $count ->
    [one] записи
    [few] записей
   *[many] записей
}
notice-records-at-most = не более { NUMBER($count) } { $count ->
    [one] записи
    [few] записей
   *[many] записей
}
notice-records-between = от { $least } до { NUMBER($count) } { $count ->
    [one] записи
   *[many] записей
}
notice-records-unknown = число записей устанавливается
notice-why-uncounted = { NUMBER($count) } { $count ->
    [one] выгрузка, список или поиск, для которых
    [few] выгрузки, списка или поиска, для которых
   *[many] выгрузок, списков и поисков, для которых
} ни один журнал не называет число записей
notice-why-unnamed = часть записей сосчитана, но не названа поимённо
notice-why-controllers-unnamed = о { NUMBER($count) } { $count ->
    [one] затронутом человеке
   *[many] затронутых людях
} наш список контролёров не говорит, чьи это клиенты; они посчитаны в наибольшем числе
notice-why-estimated = чего журналы не называют, мы оценили сами
notice-why-part = известно не всё
notice-why-kinds = по журналам доступа; есть ли среди них работники, дети и другие, устанавливается
notice-kinds-clients = клиенты организации
notice-class = { $title } ({ $counted })
notice-persons-living = { $counted } из живущих { $where }
notice-records-living = { $counted } о людях, живущих { $where }
notice-persons-none = никто из живущих { $where }
notice-of-unknown = о { NUMBER($count) } из них не установлено, где они живут
notice-why-listed = по нашему списку мест жительства; остальные посчитаны в наибольшем числе
notice-why-more = это те, кого называют журналы; затронутых может быть больше
notice-why-no-list = посчитаны все в наибольшем числе, независимо от места жительства
notice-why-rule = по тому, где обычно живут клиенты, о { NUMBER($count) } вне нашего списка
notice-why-records = часть записей стоит в ответах о нескольких людях или ни при ком: чьи они, журналы не говорят
notice-annex-living = список — отдельное приложение: { NUMBER($count) } { $count ->
    [one] человек
    [few] человека
   *[many] человек
} из живущих { $where }
notice-annex-perhaps = ещё { NUMBER($count) }, о которых не установлено, где они живут, — в другом приложении
notice-base = база данных: { $services }; содержит: { $classes }
notice-annex = список — отдельное приложение: { NUMBER($count) } { $count ->
    [one] человек
    [few] человека
   *[many] человек
}
notice-why-controller = часть записей стоит в ответах о клиентах нескольких компаний или ни при ком: чьи они, журналы не показывают
notice-why-annex = это число на сегодня; список передаётся отдельно и защищённым способом, здесь никто не назван
notice-abroad-yes = Да, по месту проживания людей: { $places }.
notice-abroad-no = Нет, по месту проживания людей: { $places }.
notice-why-residence = { $count ->
    [0] наша страна не указана в настройках либо сосчитано не всё
    [one] о { NUMBER($count) } человеке не известно, где он живёт
    [few] о { NUMBER($count) } людях не известно, где они живут
   *[many] о { NUMBER($count) } людях не известно, где они живут
}

notice-cause = { $cause ->
    [attack] атака извне
    [failure] технический сбой
    [human_error] ошибка человека
    [insider] неправомерные действия лица, имевшего доступ
   *[unknown] не известна
}
notice-cause-unknown = { $kind ->
    [alteration] неправомерные изменения через учётную запись, имевшую доступ; обстоятельства выясняются
   *[leak] неправомерный доступ через учётную запись или адрес, имевшие доступ; обстоятельства выясняются
}
notice-why-cause = причина не установлена
notice-breach-type = { $cause ->
    [attack] взлом или иной инцидент в информационных системах
   *[other] доступ или раскрытие без права
}
notice-why-type = по журналам доступа; одна причина этого не показывает
notice-intent-yes = Да.
notice-intent-no = Нет.
notice-why-intent = подозревается, пока не установлена причина
notice-no-employee = о работниках, чьи действия стали причиной, ничего не известно
notice-no-outsider = о посторонних лицах, чьи действия стали причиной, ничего не известно
notice-why-addresses = адреса, с которых был доступ; причина не установлена
notice-indicators = адреса, с которых это делалось: { $addresses }
notice-no-indicators = не известны

notice-effect-phishing = Нежелательные звонки и письма, фишинг и мошенничество от { $whose ->
    [theirs] вашего
   *[ours] нашего
} имени.
notice-effect-behavioural = Выводы о привычках и местонахождении, преследование, навязчивая реклама.
notice-effect-identity = Кредиты и договоры на чужое имя.
notice-effect-document = Использование номеров или копий удостоверений личности.
notice-effect-password = Вход посторонних в учётные записи этих людей у нас и в других местах.
notice-effect-payment = Финансовые потери: мошенничество со счетами и картами.
notice-effect-disclosure = Вред репутации, дискриминация, переживания, шантаж сведениями о здоровье или иными специальными данными.
notice-effect-altered = Решения по неверным или отсутствующим данным, пока они не восстановлены.
notice-why-effects = выведено из видов затронутых данных
notice-severity = Тяжесть по методике ENISA: { $level } ({ $score }{ $papers ->
    [yes] ; по нашему толкованию, удостоверения личности на балл тяжелее прочих простых данных
   *[no] {""}
}).

notice-done-at = { $time }: { $what }
notice-planned-by = запланировано до { $time }: { $what }
notice-still-open = ещё не сделано: { $what }
notice-why-planned = запланировано, ещё не сделано
notice-done-b4 = привлечены внешние специалисты
notice-planned-b4 = привлечь внешних специалистов
notice-done-c1 = сохранены доказательства
notice-planned-c1 = сохранить доказательства
notice-done-c2 = утечка остановлена: учётная запись, доступ или ссылка заблокированы
notice-planned-c2 = остановить утечку
notice-done-c3 = заменены пароли, ключи и токены, которые могли стать известны
notice-planned-c3 = заменить пароли, ключи и токены, которые могли стать известны
notice-done-c4 = проверено, что из того же источника ничего нового не поступает
notice-planned-c4 = проверить, что из того же источника ничего нового не поступает
notice-done-c5 = предъявлено требование удалить данные, ведётся поиск копий
notice-planned-c5 = потребовать удаления данных и следить за копиями
notice-done-i1 = назначено внутреннее расследование
notice-planned-i1 = назначить внутреннее расследование
notice-done-k1 = на вопросы затронутых людей отвечает горячая линия
notice-planned-k1 = открыть горячую линию для затронутых людей
notice-done-k2 = пароли затронутых людей сброшены, их сеансы завершены
notice-planned-k2 = сбросить пароли затронутых людей и завершить их сеансы
notice-done-k3 = решено, что предложить затронутым людям
notice-planned-k3 = решить, что предложить затронутым людям
notice-done-k5 = ведётся наблюдение за злоупотреблениями данными затронутых людей
notice-planned-k5 = наблюдать за злоупотреблениями данными затронутых людей
notice-done-n4 = затронутые люди уведомлены
notice-done-n4-part = затронутым людям отправлены письма; у части из них письма пока нет
notice-planned-n4 = уведомить затронутых людей
notice-done-n8 = сообщено в полицию или национальный CERT
notice-planned-n8 = сообщить в полицию или национальный CERT, если положено
notice-done-r1 = уязвимость устранена, это проверено
notice-planned-r1 = устранить уязвимость и проверить это
notice-done-r2 = сервис снова работает под усиленным наблюдением
notice-planned-r2 = вернуть сервис в работу под усиленным наблюдением
notice-done-r3 = контроль настроен так, чтобы находить подобное раньше
notice-planned-r3 = настроить контроль, чтобы находить подобное раньше
notice-done-l3 = план, шаблоны и обучение обновлены
notice-planned-l3 = обновить план, шаблоны и обучение

notice-complete = Полное.
notice-incomplete = Будет дополнено.
notice-withdrawn-line = { $title }, отправлено { $time }{ $receipt ->
    [none] {""}
   *[other] , квитанция № { $receipt }
}{ $document ->
    [none] {""}
   *[other] , наш документ { $document }
}
notice-withdrawn-outcome = { $reason ->
    [authorised] Доступ, принятый за неправомерный, был согласованной работой тех, кто имел на неё право.
   *[other] Предполагаемое нарушение не подтвердилось.
}
notice-withdrawn-note = В решении сказано: { $note }
notice-why-note = пояснение при закрытии написано для себя: прочтите его до отправки или изложите иначе
notice-why-no-note = пояснение при закрытии называет учётную запись, или его нет: изложите своими словами, что установлено
notice-withdrawn-decided = { $who }, { $time }{ $second ->
    [none] {""}
   *[other] ; согласие второго лица: { $second }
}
notice-withdrawn-people = по итогам проверки таких людей нет
notice-withdrawn-rows = сказанное в строках: { $rows }
notice-withdrawn-all = всё, что в нём сказано о нарушении
notice-withdrawn-no-clients = письмами клиентам не сообщали
notice-withdrawn-clients = клиентов, которым сообщили лично: { NUMBER($told) }; из них уже сообщено, что нарушения не было: { NUMBER($withdrawn) }; ещё предстоит: { NUMBER($left) }
notice-told-but-given-up = не удалось сообщить: { NUMBER($over) }
notice-told-but-withdrawn = потом сообщено, что нарушения не было: { NUMBER($withdrawn) }; ещё предстоит: { NUMBER($left) }
notice-withdrawn-controller = своим клиентам сообщает сам оператор
notice-nothing-withdrawn = ничего не отзывается
notice-no-earlier = нет: ранее не уведомляли
notice-not-asked = не требуется: см. ответ выше
notice-identifier-register = номер в реестре
notice-identifier-inn = ИНН
notice-no-representative = нет: контролёр учреждён в ЕЭЗ
notice-declared = подтверждает подписавший
notice-yes = Да.
notice-no = Нет.
notice-yes-on = Да: { $time }.
notice-span-open = начало { $first }; продолжается ли, устанавливается
notice-span-day = в один день: с { $first } до { $last }
notice-span-days = с { $first } до { $last }
notice-last-act = последнее известное действие: { $last }
notice-dates-of-logs = Нет: даты взяты из журналов доступа.
notice-clients-told = наши клиенты, каждому лично: { NUMBER($count) }{ $less ->
    [0] { "" }
   *[other] { "" } (из них ещё не обо всём: { NUMBER($less) })
}; ещё не сообщено: { NUMBER($left) }
notice-nobody-told-us = первым извне никто не сообщал
notice-sent-yes = переданы получившему доступ: видно по журналам доступа
notice-sent-no = о передаче ничего не известно
notice-no-change-known = неизвестно о таком
notice-changed = данные изменены или удалены; что с ними сделано, устанавливается
notice-why-changed = по журналам доступа
notice-no-loss-known = нет: удалений в журналах доступа нет
notice-why-logs-alone = по одним журналам доступа не видно, был ли сбой службы
notice-exact = точно
notice-approximate = приблизительно
notice-impact-phishing = мошенничество; утрата контроля над данными
notice-impact-identity = использование чужой личности
notice-impact-document = использование чужой личности
notice-impact-password = раскрытие другим лицам
notice-impact-payment = финансовые потери
notice-impact-disclosure = ущерб репутации; дискриминация
notice-impact-minor = незначительная
notice-impact-moderate = средняя
notice-impact-severe = высокая
notice-why-enisa = по уровню методики ENISA; в шаблоне методики нет
notice-not-told-yet = пока нет
notice-nothing-planned = больше ничего не запланировано
notice-no-exemption = ни на какое не ссылаемся
notice-attached-text = прилагается: { $documents }
notice-why-not-recorded = об этом ничего не записано
notice-why-border = по тому, где живут затронутые; что контролёр делает в других странах, знают только люди
notice-no-outside = Нет: контролёр не учреждён в ЕЭЗ.
notice-why-unlisted = вне нашего списка: { NUMBER($count) }
notice-nothing-attached = пока ничего
notice-incident-nature = { $cause ->
    [attack] доступ без права в информационных системах
    [insider] злоупотребление доступом
    [failure] технический сбой
    [human_error] ошибка работника
   *[unknown] доступ без права в информационных системах через учётную запись или адрес с доступом
}
notice-cause-origin = { $cause ->
    [attack] извне, умышленно
    [insider] изнутри, умышленно
    [failure] изнутри, без умысла
    [human_error] изнутри, без умысла
   *[unknown] устанавливается
}
notice-receipt = № { $number } от { $time }
notice-in-time = срок не нарушен: { $due }
notice-no-due = срок не установлен
notice-none-sent = ранее уведомление не отправлялось
notice-why-none-sent = записи об отправке нет
notice-no-changes = ничего не изменилось
notice-told = { $who }: { $time }
notice-nobody-told = пока никому
notice-decided = { $duty }: { $owed ->
    [yes] уведомить
   *[no] не уведомлять
}, решено { $time }. { $reason }
notice-no-reason = Причина не записана.
notice-attached = приложено: { $document }, отправлено { $time }
notice-complaint = { $what }, получена { $time }
notice-no-delay = Нет.
notice-why-no-delay = записи о том, что полиция просила отсрочку, нет
notice-trained = последнее обучение персонала: { $time }
notice-nothing-more = нет
notice-title-ca = Notice of Data Breach

notice-state-filled = заполнено
notice-state-estimated = оценка
notice-state-missing = не хватает
notice-count = заполнено { NUMBER($filled) } из { NUMBER($all) }, по оценке { NUMBER($estimated) }, не хватает { NUMBER($missing) }
notice-give = { $roles }: { $command }
notice-mark-memory = Перечень того, что требует закон, дан по памяти: сверьте с законом до отправки.
notice-mark-secondary = Перечень того, что требует закон, взят у тех, кто его читал: сверьте с законом до отправки.
notice-mark-language = Получатель читает { $language ->
    [ru] по-русски
   *[en] по-английски
}: составьте уведомление на этом языке (--language { $language }) или укажите в legal.recipients, на каком ему пишут.
notice-mark-note = Что известно об источнике: { $note }
notice-mark-fields-memory = Эти сведения указаны по памяти, сверьте с законом перед отправкой: { $fields }.
notice-mark-fields-secondary = Эти сведения указаны по вторичным источникам, сверьте с законом перед отправкой: { $fields }.
notice-mark-refuted = Отправлять нельзя: дело закрыто, нарушения не было, а здесь то, что сообщали бы о нарушении. Что отзывается: nabat incidents withdrawals { $number }
notice-mark-lawyer = Требуется ли это, должен сказать юрист.
notice-revised = числа версии { $version } охвата; { $fields }
notice-revised-nothing = отличается только оформление

notice-special-yes = Да: { $classes }.
notice-special-no = Нет, судя по карте записей.
notice-why-special = у нас это хранится как особые данные; специальная ли это категория, должен решить человек: { $classes }
notice-broken-confidentiality = конфиденциальность
notice-broken-integrity = целостность
notice-broken-availability = доступность
notice-readable-yes = Нет: тот, у кого данные, может их прочесть.
notice-readable-no = Да: тот, у кого данные, не может их прочесть.
notice-why-readable = считаются читаемыми, пока не сказано иное
notice-evidence = { NUMBER($count) } { $count ->
    [one] строка журналов сохранена с местом и SHA-256 и может быть передана
    [few] строки журналов сохранены с местом и SHA-256 и могут быть переданы
   *[many] строк журналов сохранено с местом и SHA-256, их можно передать
}
notice-kind-after-withdrawal = новое уведомление: отзыв от { $time } больше не действует
notice-kind-first = первичное уведомление; дополним по мере выяснения
notice-kind-further = дополняет отправленное ранее

notice-stale = теперь известно больше

# Хронология.
incident-entry-notice-written = Записано поле { $field } уведомления { $notice }. { $reason }
web-entry-notice-written = уведомление

# Страница уведомления.
web-notice = Уведомление
web-notice-forms = Уведомления без обязанности по закону:
web-notice-language = Язык:
web-notice-fields = Что в нём сказано
web-notice-write = Записать
web-notice-reason = Откуда это известно
web-notice-keep = Сохранить
web-notice-text = Каким был бы черновик сейчас
web-notice-draft = Сохранить черновик
web-error-pdf = Для PDF нужна библиотека pango, которой на этой машине нет; возьмите docx или html.

# Что может прочесть любой, и что нужно команде и руководству.
notice-plain-confirmed = { $kind ->
    [alteration] Кто-то без права на это изменил или удалил данные клиентов в наших системах. Мы заметили это { $day }.
   *[leak] Кто-то без права на это получил данные клиентов из наших систем. Мы заметили это { $day }.
}
notice-plain-suspected = { $kind ->
    [alteration] Мы заметили { $day } признаки того, что данные клиентов в наших системах могли изменить или удалить без права на это. Мы их проверяем.
   *[leak] Мы заметили { $day } признаки того, что данные клиентов из наших систем могли получить без права на это. Мы их проверяем.
}
notice-plain-unusual = Мы заметили { $day } необычную активность в наших системах. Мы её проверяем.
notice-plain-extent = Скольких людей это касается, насколько установлено: { $count }.
notice-plain-extent-own = Скольких наших клиентов это касается, насколько установлено: { $count }. Касается это и клиентов компаний, по поручению которых мы обрабатываем данные.
notice-plain-extent-others = Это касается клиентов компаний, по поручению которых мы обрабатываем данные. О том, что затронут кто-то из наших клиентов, неизвестно.
notice-plain-data-others = какие именно, эти компании сообщают своим клиентам
notice-plain-data = Затронутые данные: { $classes }.
notice-plain-stopped = Доступ, о котором идёт речь, закрыт { $day }.
notice-plain-days = с { $since } по { $until }
notice-plain-people = { $state ->
    [done] Мы написали тем, кого это касается и чей адрес у нас есть.
    [going] Мы пишем тем, кого это касается и чей адрес у нас есть.
    [suspected] Если это подтвердится, мы напишем всем, кого это касается и чей адрес у нас есть.
   *[open] Мы напишем всем, кого это касается и чей адрес у нас есть.
}
notice-plain-people-others = Тем, чьи данные мы обрабатываем по поручению другой компании, сообщает она сама; ей сообщаем мы.
notice-left-out = { $step } не выполняется ({ $title }) { $reason }
notice-nothing-decided = пока ничего
notice-decide-duty = обязательно ли: { $duty }; { $late ->
    [late] ПРОСРОЧЕНО с { $due }
   *[due] до { $due }
}
notice-decide-open = обязательно ли: { $duty }; без срока
notice-decide-document = согласовать { $document }: { $title }
notice-decide-more = второго человека { $count ->
    [one] ждёт ещё { NUMBER($count) } документ
    [few] ждут ещё { NUMBER($count) } документа
   *[many] ждут ещё { NUMBER($count) } документов
}
notice-nothing-waits = ничего
notice-duty-ahead = { $late ->
    [late] ПРОСРОЧЕНО с { $due }
   *[due] до { $due }
}: { $duty } — { $who }
notice-no-duty-ahead = ничего, что имело бы срок
notice-next = { $late ->
    [yes] ПРОСРОЧЕНО с { $time }
   *[no] { $time }
}: { $what } ({ $roles })
notice-next-approval = слово второго человека: { $what }
notice-next-questions = ответить клиентам, которые ждут
notice-next-more = и ещё { NUMBER($count) } в повестке
notice-nothing-due = ничего не назначено
notice-told-count = каждому лично: { NUMBER($count) }
notice-told-in-public = публичным сообщением: { NUMBER($count) }
notice-why-told-everywhere = посчитаны все уведомлённые клиенты, где бы они ни жили
notice-why-not-all-told = ещё не сообщили { NUMBER($count) } { $count ->
    [one] клиенту
   *[many] клиентам
}
notice-all-told = сообщено всем
notice-not-told-count = сообщить не удалось: { NUMBER($over) }; ещё не сообщено: { NUMBER($left) }
notice-why-say-reasons = назовите причины: они записаны в хронологии, когда решили не сообщать
notice-annex-nameless = в приложении { NUMBER($count) } строк, имя неизвестно в { NUMBER($nameless) }: дополните contacts
withdrawal-clients = письма клиентам{ $count ->
    [0] {""}
   *[other] { " " }(исправить нужно: { NUMBER($count) })
}
withdrawal-open = { $title }: ещё не отозвано
withdrawal-drafted = { $title }: отзыв { $document } ещё не отправлен
withdrawal-done = { $title }: отозвано { $time }{ $receipt ->
    [none] {""}
   *[other] , квитанция { $receipt }
}
withdrawal-off = { $title }: решено не отзывать ({ $by }): { $why }
withdrawals-close = об этом сообщили другим ({ NUMBER($count) }), и им нужно узнать, что нарушения не было:
withdrawals-none = Отзывать нечего: инцидент не закрыт как ошибка, или никому не сообщали.
cli-label-withdrawal = отзыв
web-problem-withdrawal-not-none = Инцидент { $number } не закрыт как ошибка: отзывать нечего.
web-problem-withdrawal-none = В инциденте { $number } нечего отзывать с именем { $name }.
web-problem-withdrawal-over = { $name } уже отправлено или решено не отзывать.
web-withdrawals = Что сообщено другим
web-withdrawals-hint = Нарушения не было. Тем, кому о нём сообщили, сообщают и это: отзывом уведомления или письмами клиентам.
web-withdrawal-off = Не отзывать
web-withdrawal-off-why = Почему не отзывается
web-withdrawal-off-press = Не отзывать
web-owed-withdrawal = нужно отозвать: { $title }
web-entry-withdrawal-off = решено не отзывать
incident-entry-withdrawal-off = Решено не отзывать: { $withdrawal }. Почему: { $reason }
