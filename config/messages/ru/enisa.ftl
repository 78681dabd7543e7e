# Тяжесть по методике ENISA
enisa-asked = { $person } предлагает снизить показатель: { $factor }, { $value }. Требуется согласие второго человека; до того действует прежнее.
enisa-head = Тяжесть по методике ENISA
enisa-sum = { $dpc } × { $ei } + { $cb } = { $score }
enisa-level-low = низкая
enisa-level-medium = средняя
enisa-level-high = высокая
enisa-level-very-high = очень высокая
enisa-advice-low = Наше толкование, не ENISA: запись в реестр; кто-то подтверждает, что риск маловероятен.
enisa-advice-medium = Наше толкование, не ENISA: сообщить регулятору.
enisa-advice-high = Наше толкование, не ENISA: сообщить регулятору и клиентам.
enisa-advice-very-high = Наше толкование, не ENISA: сообщить регулятору и клиентам, руководство сразу на связи.
enisa-factor-simple = Простые данные (имена, контакты), от 1 до 4
enisa-factor-behavioural = Данные о поведении (места, привычки), от 1 до 4
enisa-factor-financial = Финансовые данные, от 1 до 4
enisa-factor-sensitive = Чувствительные данные (здоровье, убеждения), от 1 до 4
enisa-factor-ei = Лёгкость опознания, от 0,25 до 1
enisa-factor-confidentiality = Утрата конфиденциальности, от 0 до 0,5
enisa-factor-integrity = Утрата целостности, от 0 до 0,5
enisa-factor-availability = Утрата доступности, от 0 до 0,5
enisa-factor-malicious = Умысел, 0 или 0,5
enisa-factor-many = Больше 100 человек
enisa-factor-unintelligible = Данные, которые никто не прочтёт
enisa-classes = затронуто: { $classes }
enisa-papers = затронуто: { $classes }; наше толкование, не ENISA: документы, по которым можно действовать от чужого имени, на балл тяжелее прочих простых данных
enisa-no-class = не видно, чтобы такие данные были затронуты
enisa-kind-unknown = какие данные — неизвестно: по меньшей мере простые
enisa-ease = по тому, что сказано в настройках о таких данных: { $classes }
enisa-ease-unknown = насколько легко опознать людей, неизвестно: считаем, что сразу
enisa-recipients-unknown = данные отданы, у кого они теперь, неизвестно
enisa-nothing-read = ничего не отдано: данные только меняли или удаляли
enisa-altered = изменений: { $count }; возможно, использованы неверно, и восстановимы, пока не сказано иное
enisa-nothing-altered = об изменении данных ничего не известно
enisa-deleted = удалений: { $count }; считаем временной утратой, пока не сказано иное
enisa-nothing-deleted = об удалении ничего не известно
enisa-intent-unknown = умысел неизвестен: учитывается, пока не сказано, что это ошибка
enisa-intent = { $cause ->
    [attack] причиной названа атака
   *[insider] причиной назван кто-то из своих
}
enisa-no-intent = { $cause ->
    [failure] причиной назван сбой
   *[human_error] причиной названа ошибка человека
}
enisa-people = людей не меньше { $least }, не больше { $most }
enisa-uncounted = выгрузок и списков, которые журналы не считают: { $count }; возможно, больше
enisa-readable = ничто не говорит о том, что данные зашифрованы и ключ цел
enisa-col-factor = Показатель
enisa-col-value = Значение
enisa-corrected = { $by }: { $reason }
enisa-computed = Вычислено: { $value }.
enisa-as-computed = как вычислено
enisa-correct = Исправить показатель
enisa-correct-hint = Для вида данных 0 значит, что таких данных нет; больше исходного — хуже из-за объёма на человека, рода занятий компании или особой группы людей; меньше — данные старые, открытые или мало говорят.
enisa-reason = Почему
enisa-press = Сохранить исправление
enisa-source = По рекомендациям ENISA о методике оценки тяжести утечек персональных данных, v1.0, декабрь 2013. Об обязанностях она не решает.
incident-entry-severity-assessed = Тяжесть по ENISA: { $factor } — { $value } (вычислено: { $computed }): { $reason }. Теперь { $score }, { $level }
web-entry-severity-assessed = тяжесть по ENISA
web-missing-factor = Выберите показатель.
web-missing-value = Выберите значение.
web-problem-factor = Этот показатель не может быть { $value }: выберите одно из { $who }.
web-problem-factor-same = Уже { $value }: исправлять нечего.
web-problem-factor-none = О данных клиентов в этом деле ничего не известно.
