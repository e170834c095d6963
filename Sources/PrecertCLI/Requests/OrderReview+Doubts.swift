import CivilTime
import Diagnostics
import Engine
import Exchange

extension OrderReview {
    /// Dates that may be right and are often a slip of the pen.
    func doubts(on today: CivilDate) -> [Diagnostic] {
        let planned = order.plannedFirstDose
        var doubts: [Diagnostic] = []
        if order.patient.born.value.value.wholeYears(until: planned.value) > 120 {
            doubts.append(
                Diagnostic(
                    .warning, at: order.patient.born.location, "the patient is older than 120; is the year right?"))
        }
        if planned.value < today {
            doubts.append(
                Diagnostic(
                    .warning, at: planned.location,
                    "the first dose is before today, \(today); for one already given ask the payer whether it takes a "
                        + "retroactive request"))
        } else if today.days(until: planned.value) > 366 {
            doubts.append(
                Diagnostic(
                    .warning, at: planned.location, "the first dose is more than a year away; is the year right?"))
        }
        if let weighed = order.patient.weighedOn {
            let age = weighed.value.value.days(until: planned.value)
            if weighed.value.value > today {
                doubts.append(Diagnostic(.warning, at: weighed.location, "the day of weighing is yet to come"))
            } else if age > 183 {
                doubts.append(
                    Diagnostic(
                        .warning, at: weighed.location,
                        "the weight is \(age) days old on the day of the first dose; weigh again before a dose by weight"
                    ))
            }
        }
        return doubts
    }
}
