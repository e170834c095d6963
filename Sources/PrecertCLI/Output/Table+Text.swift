extension Table {
    private static let gap = 2

    /// The table for a person, no line wider than the terminal; where the columns cannot fit even at their narrowest,
    /// each row becomes a block of its own.
    func text(on terminal: Terminal) -> String {
        if rows.isEmpty { return emptyMessage + "\n" }
        var table = forPeople
        while let last = table.columns.lastIndex(where: { $0.priority == .optional }),
            table.wantedWidth > terminal.width
        {
            table = table.without(last)
        }
        return table.aligned(on: terminal)
    }

    /// The width at which no column of more than low priority is cut, or wrapped to less than it should have.
    private var wantedWidth: Int {
        let shown = rows.map { row in row.map(\.shown) }
        let widths = columns.indices.map { index in
            let natural = naturalWidth(of: index, in: shown)
            let isWhole =
                columns[index].priority > .low && !columns[index].wraps || columns[index].priority == .essential
            return isWhole ? natural : min(natural, max(columns[index].minimumWidth, 1))
        }
        return widths.reduce(0, +) + Table.gap * (columns.count - 1)
    }

    private func without(_ column: Int) -> Table {
        var table = Table(columns.enumerated().filter { $0.offset != column }.map(\.element), whenEmpty: emptyMessage)
        for row in rows { table.append(row.enumerated().filter { $0.offset != column }.map(\.element)) }
        return table
    }

    /// Without the columns for programs, and without those of no importance that say nothing in any row.
    private var forPeople: Table {
        let kept = columns.indices.filter { index in
            !columns[index].isForPrograms
                && (columns[index].priority > .low || rows.contains { !$0[index].shown.isEmpty })
        }
        var table = Table(kept.map { columns[$0] }, whenEmpty: emptyMessage)
        for row in rows { table.append(kept.map { row[$0] }) }
        return table
    }

    private func aligned(on terminal: Terminal) -> String {
        let shown = rows.map { row in row.map(\.shown) }
        guard let widths = fittedWidths(into: terminal.width) else { return blocks(on: terminal) }
        var lines = [titleLine(widths, on: terminal)]
        for (row, texts) in zip(rows, shown) { lines += self.lines(row, texts, widths, on: terminal) }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: - Widths

    /// The width of each column, or nothing when they do not fit.
    private func fittedWidths(into width: Int) -> [Int]? {
        let shown = rows.map { row in row.map(\.shown) }
        let available = width - Table.gap * (columns.count - 1)
        var widths = columns.indices.map { naturalWidth(of: $0, in: shown) }
        let minimums = zip(columns, widths).map { column, natural in
            column.priority == .essential ? natural : min(natural, max(column.minimumWidth, 1))
        }
        guard minimums.reduce(0, +) <= available else { return nil }
        for priority in [Priority.optional, .low, .normal] {
            while widths.reduce(0, +) > available {
                let candidates = columns.indices.filter {
                    columns[$0].priority == priority && widths[$0] > minimums[$0]
                }
                guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
                let next = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
                // Down to the next widest at once, then one column at a time among equals.
                let step = max(1, widths[widest] - max(next, minimums[widest]))
                widths[widest] -= min(step, widths.reduce(0, +) - available)
            }
        }
        return widths
    }

    private func naturalWidth(of column: Int, in shown: [[String]]) -> Int {
        let cells = shown.map { row in
            columns[column].wraps
                ? row[column].split(separator: "\n").map(\.displayWidth).max() ?? 0
                : TextLayout.shorten(row[column], width: .max).displayWidth
        }
        return max(columns[column].title.displayWidth, cells.max() ?? 0)
    }

    // MARK: - Lines

    private func titleLine(_ widths: [Int], on terminal: Terminal) -> String {
        let cells = columns.indices.map { index in
            let title = TextLayout.shorten(columns[index].title.uppercased(), width: widths[index])
            return (title, Style.heading)
        }
        return join(cells, widths, on: terminal)
    }

    private func lines(_ row: [Cell], _ texts: [String], _ widths: [Int], on terminal: Terminal) -> [String] {
        let wrapped = columns.indices.map { index in
            columns[index].wraps
                ? TextLayout.wrap(texts[index], width: widths[index])
                : [TextLayout.shorten(texts[index], width: widths[index])]
        }
        let height = wrapped.map(\.count).max() ?? 1
        return (0..<height).map { line in
            let cells = columns.indices.map { index in
                (line < wrapped[index].count ? wrapped[index][line] : "", row[index].style)
            }
            return join(cells, widths, on: terminal)
        }
    }

    private func join(_ cells: [(text: String, style: Style?)], _ widths: [Int], on terminal: Terminal) -> String {
        var line = ""
        var pendingBlanks = 0
        for (index, cell) in cells.enumerated() {
            let blanks = max(0, widths[index] - cell.text.displayWidth)
            let isRight = columns[index].alignment == .right
            if isRight { pendingBlanks += blanks }
            // Blanks are written only before text, so that no line ends in them.
            if !cell.text.isEmpty {
                line += String(repeating: " ", count: pendingBlanks)
                line += cell.style?.applied(to: cell.text, on: terminal) ?? cell.text
                pendingBlanks = 0
            }
            pendingBlanks += (isRight ? 0 : blanks) + Table.gap
        }
        return line
    }

    /// A block for each row, for terminals that are too narrow.
    private func blocks(on terminal: Terminal) -> String {
        rows.map { row in
            var block = KeyValues()
            for (column, cell) in zip(columns, row) { block.add(column.title, key: column.key, cell) }
            return block.text(on: terminal)
        }.joined(separator: "\n")
    }
}
