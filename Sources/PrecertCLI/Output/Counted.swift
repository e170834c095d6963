/// `1 event`, `2 events`: for nouns that take an s.
func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
