import CivilTime

extension RecordConditions {
    func verdict(_ record: RecordList.Record, _ context: EvaluationContext) -> Verdict {
        var result = Verdict.met
        for field in fields {
            let one = record[field.name].map { field.test.verdict($0, context, record: record) } ?? .unknown
            if one == .unmet { return .unmet }
            if one == .unknown { result = .unknown }
        }
        guard !oneOf.isEmpty else { return result }
        return .all([result, .any(oneOf.map { $0.verdict(record, context) })])
    }
}

extension RecordTest {
    func verdict(_ list: RecordList, _ context: EvaluationContext) -> Verdict {
        // In an open list there may be one more record, about which nothing is known.
        let open: [Verdict] = list.isComplete ? [] : [.unknown]
        switch quantifier {
        case .any: return .any(fits(list, context) + open)
        case .none: return Verdict.any(fits(list, context) + open).negated
        case .every:
            let all = list.records.map { record in
                Verdict.any([counts(record, context).negated, conditions.verdict(record, context)])
            }
            return .all(all + open)
        case .count(let distinct, let atLeast, let atMost):
            let range = count(list, fits(list, context), distinct: distinct)
            return .all([
                atLeast.map { range.least >= $0 ? .met : (range.most ?? .max) < $0 ? .unmet : .unknown } ?? .met,
                atMost.map { (range.most ?? .max) <= $0 ? .met : range.least > $0 ? .unmet : .unknown } ?? .met,
            ])
        case .each(let field, let values):
            let fits = fits(list, context)
            return .all(
                values.map { wanted in
                    let found = zip(list.records, fits).map { record, fit in
                        Verdict.all([fit, record[field].map { wanted.matches($0, context) } ?? .unknown])
                    }
                    return .any(found + open)
                })
        case .rolling(let sum, let by, let window, let atMost):
            return rolling(list, fits(list, context), sum: sum, by: by, window: window, atMost: atMost)
        case .spacing(let by, let atLeast):
            return spacing(list, fits(list, context), by: by, atLeast: atLeast)
        }
    }

    private func counts(_ record: RecordList.Record, _ context: EvaluationContext) -> Verdict {
        Verdict.any(notCounting.map { $0.verdict(record, context) }).negated
    }

    private func fits(_ list: RecordList, _ context: EvaluationContext) -> [Verdict] {
        list.records.map { record in
            notCounting.isEmpty
                ? conditions.verdict(record, context)
                : .all([counts(record, context), conditions.verdict(record, context)])
        }
    }

    /// How many there are at least, and at most (nothing when the list is open).
    private func count(_ list: RecordList, _ fits: [Verdict], distinct: String?) -> (least: Int, most: Int?) {
        var certain: Set<FactValue> = []
        var possible: Set<FactValue> = []
        var certainCount = 0
        var possibleCount = 0
        var blanks = 0
        for (record, fit) in zip(list.records, fits) where fit != .unmet {
            possibleCount += 1
            if fit == .met { certainCount += 1 }
            guard let distinct else { continue }
            guard let value = record[distinct].map(canonical) else {
                blanks += 1
                continue
            }
            possible.insert(value)
            if fit == .met { certain.insert(value) }
        }
        guard distinct != nil else { return (certainCount, list.isComplete ? possibleCount : nil) }
        // A fitting record whose field is blank has some value, so there is at least one.
        let least = max(certain.count, certainCount > 0 ? 1 : 0)
        return (least, list.isComplete ? possible.count + blanks : nil)
    }

    /// One value for all those that count as one.
    private func canonical(_ value: FactValue) -> FactValue {
        countedAsOne.first { $0.value.contains(value) }?.value.first ?? value
    }

    /// A span of 56 days is a day and the 55 after it, so that doses 56 days apart never share one.
    private func rolling(
        _ list: RecordList, _ fits: [Verdict], sum: String, by: String, window: CivilDuration, atMost: FactNumber
    ) -> Verdict {
        var given: [(date: CivilDate, amount: FactNumber)] = []
        var isCertain = list.isComplete
        for (record, fit) in zip(list.records, fits) where fit != .unmet {
            guard fit == .met, case .date(let date)? = record[by], case .number(let amount)? = record[sum],
                amount >= FactNumber(millionths: 0)
            else {
                isCertain = false
                continue
            }
            given.append((date, amount))
        }
        for (first, _) in given {
            let end = window.after(first)
            var total = 0
            for dose in given where first <= dose.date && dose.date < end {
                let (sum, isTooBig) = total.addingReportingOverflow(dose.amount.millionths)
                total = isTooBig ? .max : sum
            }
            if total > atMost.millionths { return .unmet }
        }
        return isCertain ? .met : .unknown
    }

    private func spacing(_ list: RecordList, _ fits: [Verdict], by: String, atLeast: CivilDuration) -> Verdict {
        var dates: [CivilDate] = []
        var isCertain = list.isComplete
        for (record, fit) in zip(list.records, fits) where fit != .unmet {
            guard fit == .met, case .date(let date)? = record[by] else {
                isCertain = false
                continue
            }
            dates.append(date)
        }
        dates.sort()
        for (earlier, later) in zip(dates, dates.dropFirst()) where later < atLeast.after(earlier) { return .unmet }
        return isCertain ? .met : .unknown
    }
}
