/// The candidate that a mistyped word most likely meant, or nothing when none is near.
///
/// Distance is Levenshtein's over lower-cased characters; near means at most a third of the word's length, and at
/// least one change is always allowed.
public func nearestMatch(to word: String, among candidates: some Sequence<String>) -> String? {
    let target = Array(word.lowercased())
    let limit = max(1, target.count / 3)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates.sorted() {
        let distance = editDistance(target, Array(candidate.lowercased()))
        if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.candidate
}

private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var previous = Array(0...right.count)
    for (row, leftCharacter) in left.enumerated() {
        var current = [row + 1]
        for (column, rightCharacter) in right.enumerated() {
            let substitution = previous[column] + (leftCharacter == rightCharacter ? 0 : 1)
            current.append(min(substitution, previous[column + 1] + 1, current[column] + 1))
        }
        previous = current
    }
    return previous[right.count]
}
