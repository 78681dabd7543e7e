# Причины поведения. $value: что было; $minutes: окно; $high: сколько бывает в самый занятый час (в сообщениях -day: за весь
# день) обычного дня у этой учётной записи; $peer: то же у её роли.
behaviour-span = { $minutes ->
        [60] за час
        [one] за { $minutes } минуту
        [few] за { $minutes } минуты
       *[many] за { $minutes } минут
    }
behaviour-usual = в самый занятый час обычного дня — { $high }, у её роли — { $peer }
behaviour-usual-new = раньше эта учётная запись работала меньше трёх дней, своего прошлого у неё ещё нет; в самый занятый час обычного дня у её роли — { $peer }
behaviour-usual-day = в обычный день — { $high }, у её роли — { $peer }
behaviour-usual-day-new = раньше эта учётная запись работала меньше трёх дней, своего прошлого у неё ещё нет; в обычный день у её роли — { $peer }
behaviour-combination = редкое сочетание (лес изоляции), хотя по отдельности ничего редкого нет

behaviour-events = обращений к данным клиентов { behaviour-span }: { $value }; { behaviour-usual }
behaviour-events-new = обращений к данным клиентов { behaviour-span }: { $value }; { behaviour-usual-new }
behaviour-records = прочитано записей { behaviour-span }: { $value }; { behaviour-usual }
behaviour-records-new = прочитано записей { behaviour-span }: { $value }; { behaviour-usual-new }
behaviour-shown = показано записей в поиске и списках { behaviour-span }: { $value }; { behaviour-usual }
behaviour-shown-new = показано записей в поиске и списках { behaviour-span }: { $value }; { behaviour-usual-new }
behaviour-exports = выгрузок и распечаток многих записей { behaviour-span }: { $value }; { behaviour-usual }
behaviour-exports-new = выгрузок и распечаток многих записей { behaviour-span }: { $value }; { behaviour-usual-new }
behaviour-documents = открыто документов { behaviour-span }: { $value }; { behaviour-usual }
behaviour-documents-new = открыто документов { behaviour-span }: { $value }; { behaviour-usual-new }
behaviour-strangers = открыто клиентов { behaviour-span }: { $of }, из них тех, с кем ни учётная запись, ни её роль не работали и к кому не вели ни список, ни соседний номер: { $value }; { behaviour-usual }
behaviour-strangers-new = открыто клиентов { behaviour-span }: { $of }, из них тех, с кем ни учётная запись, ни её роль не работали и к кому не вели ни список, ни соседний номер: { $value }; { behaviour-usual-new }
behaviour-new_network = обращений к данным клиентов в течение часа после прихода из сети, из которой раньше не приходили: { $value }; { behaviour-usual }
behaviour-new_network-new = обращений к данным клиентов в течение часа после прихода из сети, из которой раньше не приходили: { $value }; { behaviour-usual-new }
behaviour-waking = после самого долгого молчания открыто клиентов, с которыми ни учётная запись, ни её роль не работали: { $value }; { behaviour-usual }
behaviour-waking-new = после самого долгого молчания открыто клиентов, с которыми ни учётная запись, ни её роль не работали: { $value }; { behaviour-usual-new }
behaviour-clients = открыто разных клиентов { behaviour-span }: { $value }; { behaviour-usual }
behaviour-clients-new = открыто разных клиентов { behaviour-span }: { $value }; { behaviour-usual-new }
behaviour-neighbours = открыто новых для учётной записи клиентов с номерами подряд { behaviour-span }: { $value }; { behaviour-usual }
behaviour-neighbours-new = открыто новых для учётной записи клиентов с номерами подряд { behaviour-span }: { $value }; { behaviour-usual-new }
behaviour-shown_day = показано записей в поиске и списках с полуночи: { $value }; { behaviour-usual-day }
behaviour-shown_day-new = показано записей в поиске и списках с полуночи: { $value }; { behaviour-usual-day-new }
behaviour-exports_day = выгрузок и распечаток многих записей с полуночи: { $value }; { behaviour-usual-day }
behaviour-exports_day-new = выгрузок и распечаток многих записей с полуночи: { $value }; { behaviour-usual-day-new }
behaviour-documents_day = открыто документов с полуночи: { $value }; { behaviour-usual-day }
behaviour-documents_day-new = открыто документов с полуночи: { $value }; { behaviour-usual-day-new }
behaviour-strangers_day = открыто клиентов с полуночи: { $of }, из них тех, с кем ни учётная запись, ни её роль не работали и к кому не вели ни список, ни соседний номер: { $value }; { behaviour-usual-day }
behaviour-strangers_day-new = открыто клиентов с полуночи: { $of }, из них тех, с кем ни учётная запись, ни её роль не работали и к кому не вели ни список, ни соседний номер: { $value }; { behaviour-usual-day-new }
behaviour-clients_day = открыто разных клиентов с полуночи: { $value }; { behaviour-usual-day }
behaviour-clients_day-new = открыто разных клиентов с полуночи: { $value }; { behaviour-usual-day-new }
behaviour-neighbours_day = открыто новых для учётной записи клиентов с номерами подряд с полуночи: { $value }; { behaviour-usual-day }
behaviour-neighbours_day-new = открыто новых для учётной записи клиентов с номерами подряд с полуночи: { $value }; { behaviour-usual-day-new }
