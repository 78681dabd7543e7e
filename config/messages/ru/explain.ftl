# Что говорят `nabat explain` и такой же раздел страницы инцидента. $value: что было; $own: сколько бывает в обычный день у этой учётной
# записи (или в его самый занятый час); $peer: то же у её роли.
explain-heading = В сравнении с другими днями
explain-nobody = Инцидент не об учётной записи, сеансе или адресе: сравнивать нечего.
explain-unreadable = Журнал обращений не читается: сравнить не с чем.
explain-damaged = Часть журнала обращений пропала или повреждена: того, что в ней было, здесь нет.
explain-kept-since = Обращения к данным клиентов хранятся с { $day }, более ранних нет.
explain-fewer = Хранится больше, чем для этого читается: дней до { $day } здесь нет.
explain-nothing-kept = Журнал обращений пуст: ничьих обращений не хранится.
explain-none-of-it = Из того, к чему она обращалась, ничего не хранится.
explain-none-that-day = За дни инцидента её обращений не хранится.
explain-more = { $count ->
    [one] Ещё { $count } участник не показан.
    [few] Ещё { $count } участника не показаны.
   *[many] Ещё { $count } участников не показаны.
}
explain-role = роль { $role }
explain-stands-out = Что выделяется
explain-stands-out-day = Что выделяется { $day }
explain-judged = по оценке поведения
explain-computed = посчитано по журналу обращений
explain-nothing-above = Ничего из сделанного в этот день не превышает обычного дня — ни своего, ни её роли.
explain-no-past = В более ранние прочитанные дни она не работала.
explain-similar = Прошлые дни, больше всего похожие на { $day }
explain-similar-hint = Сравниваются те из чисел дня (всего { $numbers }), которые не равны 0 в оба дня, в логарифмической шкале; множитель — во сколько раз они в среднем различаются, 1,00 — одинаковы. Просмотрено с { $since }: { $days ->
    [one] { $days } прошлый день
    [few] { $days } прошлых дня
   *[many] { $days } прошлых дней
}.
explain-apart = разница в { $factor } раза
explain-none-like = Похожих среди них нет: самый близкий отличается в { $factor } раза.
explain-this-day = этот инцидент
explain-was-incident = инцидент { $number }
explain-no-incident = инцидента не было
explain-numbers = обращений { $touches }; клиентов { $clients }, в самый занятый час { $hour }; документов { $documents }; показано в списках { $shown }; выгрузок { $exports }; выгружено записей { $taken }
explain-colleagues = Коллеги: { $count ->
    [one] { $count } другая учётная запись
    [few] { $count } другие учётные записи
   *[many] { $count } других учётных записей
} роли { $role }, { $days ->
    [one] { $days } их день
    [few] { $days } их дня
   *[many] { $days } их дней
}.
explain-colleagues-no-role = Коллеги: { $count ->
    [one] { $count } другая учётная запись
    [few] { $count } другие учётные записи
   *[many] { $count } других учётных записей
} того же вида без роли, { $days ->
    [one] { $days } их день
    [few] { $days } их дня
   *[many] { $days } их дней
}.
explain-no-colleagues = Других с её ролью, кто работал, меньше пяти: о них ничего не говорится.

explain-col-day = День
explain-col-apart = Отличие, раз
explain-col-touches = Обращений
explain-col-clients = Клиентов
explain-col-hour = В самый занятый час
explain-col-documents = Документов
explain-col-shown = Показано в списках
explain-col-exports = Выгрузок
explain-col-taken = Выгружено
explain-col-incident = Инцидент

explain-chart-title = { $actor }: разных клиентов открыто и записей выгружено за день, { $first } – { $last }
explain-chart-desc = { $day }: открыто клиентов { $clients }, выгружено записей { $taken }. Больше всего в любой другой из этих дней: клиентов { $most-clients }, записей { $most-taken }.
explain-chart-desc-none = За дни инцидента ничего не хранится.
explain-panel-clients = клиентов открыто за день
explain-panel-taken = записей выгружено за день
explain-logarithmic = лог. шкала
explain-legend-incident = ▼ инцидент
explain-legend-band = Полоса: в ней лежат средние 80 % дней её роли (клиентов от { $clients-low } до { $clients-high }, записей от { $taken-low } до { $taken-high }).
explain-legend-unknown = Серым: не хранится или не прочитано.
explain-legend-uncounted = Выгрузок, о которых журнал не говорит, сколько в них записей: { $count }. В столбцах их нет.
explain-hours-title = { $actor }: обращения к данным клиентов по дням и часам, { $first } – { $last }
explain-hours-desc = Больше всего: { $day }, с { $hour }:00 до { $hour }:59, обращений { $touches }. В часы инцидента: { $inside }.
explain-hours-caption = Обращения по часам ({ $zone }). Чем гуще цвет, тем больше, до { $highest } за час. Обведены часы инцидента.
explain-days-table = Эти дни в числах

explain-did-events = обращений к данным клиентов за час: { $value }
explain-did-records = прочитано записей за час: { $value }
explain-did-shown = показано записей в поиске и списках за час: { $value }
explain-did-exports = выгрузок и распечаток многих записей за час: { $value }
explain-did-documents = открыто документов за час: { $value }
explain-did-clients = открыто разных клиентов за час: { $value }
explain-did-shown_day = показано записей в поиске и списках за этот день: { $value }
explain-did-exports_day = выгрузок и распечаток многих записей за этот день: { $value }
explain-did-documents_day = открыто документов за этот день: { $value }
explain-did-clients_day = открыто разных клиентов за этот день: { $value }
explain-did-taken_day = выгружено и скачано записей за этот день: { $value }
explain-usual-hour-both = в самый занятый час обычного дня — { $own }, у её роли — { $peer }
explain-usual-hour-own = в самый занятый час обычного дня — { $own }
explain-usual-hour-peers = в самый занятый час обычного дня у её роли — { $peer }
explain-usual-day-both = в обычный день — { $own }, у её роли — { $peer }
explain-usual-day-own = в обычный день — { $own }
explain-usual-day-peers = в обычный день у её роли — { $peer }
explain-usual-unknown = не хранится ничего, что сказало бы, сколько бывает обычно

# Кто ещё может быть причастен к инциденту. $of: сколько клиентов инцидента считается или учётных записей на адресе; $most: больше чего нет
# ни у одной из $others записей, с которыми она сравнивается; $seconds, $own: от клиента до клиента.
together-heading = Возможно, вместе с
together-hint = Это подсказки, на что посмотреть, и у каждой может быть честная причина: задание на двоих, чужое рабочее место, список звонков. Они никого не обвиняют; из-за них не открывается инцидент и не уходит сообщение. Спросите, прежде чем действовать.
together-none = Больше никого: среди других учётных записей людей, открывавших клиентов с { $since } по { $until } (всего { NUMBER($accounts) }), ни у одной нет с этим больше общего, чем объяснил бы случай.
together-compared = Сравнивались другие учётные записи людей, открывавших клиентов с { $since } по { $until }; всего { NUMBER($accounts) }.
together-more = { $count ->
    [one] Ещё { $count } учётная запись не показана.
    [few] Ещё { $count } учётные записи не показаны.
   *[many] Ещё { $count } учётных записей не показаны.
}
together-fewer = Хранится так много, что прочитано меньше дней вокруг инцидента: того, кто действовал раньше или позже, здесь нет.
together-damaged = Часть журнала обращений пропала или повреждена: здесь может не быть того, о ком она говорила.
together-unknown = Чем объясняется, что этих клиентов открывали, неизвестно (журналы слишком новые, или это ещё не посчитано): общих клиентов, участков и темпа не искали.
together-new-places = До инцидента хранится, или может быть прочитано, слишком мало, чтобы сказать, кто каким адресом пользуется: смотрели только сеансы.
together-also = также инцидент
together-span = { $first } – { $last }
together-session = тот же сеанс, { $when }: { $count ->
    [one] { NUMBER($count) } обращение
    [few] { NUMBER($count) } обращения
   *[many] { NUMBER($count) } обращений
}
together-clients = открыто { NUMBER($count) } из тех же { $of ->
    [one] { NUMBER($of) } клиента
   *[other] { NUMBER($of) } клиентов
}, { $when }
together-unexplained = у { NUMBER($count) } из них это ничем не объясняется
together-others = среди других учётных записей, с которыми она сравнивается ({ NUMBER($others) }), больше { NUMBER($most) } нет ни у одной
together-slice = { $count ->
    [one] { NUMBER($count) } клиент
    [few] { NUMBER($count) } клиента
   *[many] { NUMBER($count) } клиентов
} подряд рядом с клиентами инцидента (их { NUMBER($of) }) в том же реестре, { $when }; один за { $seconds } с, в инциденте один за { $own } с
together-address = адрес { $where } (учётных записей на нём: { $of }), { $when }: { $count ->
    [one] { NUMBER($count) } обращение
    [few] { NUMBER($count) } обращения
   *[many] { NUMBER($count) } обращений
}
together-agent = { $agent } на адресе { $where } (таких учётных записей на нём: { $of }), { $when }: { $count ->
    [one] { NUMBER($count) } обращение
    [few] { NUMBER($count) } обращения
   *[many] { NUMBER($count) } обращений
}
together-own-before = она бывала там до инцидента, а тот, о ком инцидент, — нет
together-pace = в часы инцидента открыто клиентов, которых ничто не объясняет: { NUMBER($count) } (в инциденте { NUMBER($of) }), { $when }; один за { $seconds } с, в инциденте один за { $own } с
