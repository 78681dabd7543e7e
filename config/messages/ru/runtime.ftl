# Почему это слепое пятно.
blind-spot-source = Источник { $name } не читается: { $why }.
blind-spot-rule = Правило { $name } не проверяет: { $why }.
blind-spot-model = Модель поведения { $name } не оценивает: { $why }.
blind-spot-role = Никто не отвечает за { $name }: { $why }.
blind-spot-state = Не удаётся сохранить { $name }: { $why }.
