import Criteria
import Diagnostics
import Testing

@Suite("What a value tells of another field") struct ValueListTests {
    private static let text = """
        value_lists:
          ingredients: [beta_1a, beta_1b, other]
          products: {beta_1a: [avonex, rebif], beta_1b: [betaseron], any: [other]}
        facts:
          diagnosis: {type: code, question: "Which diagnosis?", from: order}
          tried:
            type: records
            fields:
              ingredient: {type: word, values: ingredients}
              product: {type: word, values: products, tells: ingredient}
            question: "Tried what?"
        """

    private static func vocabulary(_ old: String = "", _ new: String = "") throws -> Vocabulary {
        try Vocabulary.parse((old.isEmpty ? text : text.replacing(old, with: new)).utf8, file: "v.yaml")
    }

    @Test(
        "a brand tells the ingredient, a contradiction is refused",
        arguments: [
            ("[{product: rebif}]", "{records: [{ingredient: beta_1a, product: rebif}], complete: false}"),
            (
                "{records: [{product: betaseron, ingredient: beta_1b}], complete: true}",
                "{records: [{ingredient: beta_1b, product: betaseron}], complete: true}"
            ),
            ("[{ingredient: beta_1b}]", "{records: [{ingredient: beta_1b}], complete: false}"),
            ("[{product: other}]", "{records: [{product: other}], complete: false}"),
            (
                "[{ingredient: beta_1a, product: other}]",
                "{records: [{ingredient: beta_1a, product: other}], complete: false}"
            ),
            ("[{}, {product: betaseron, ingredient: beta_1a}]", nil), ("[{product: tysabri}]", nil),
        ] as [(String, String?)])
    func value(written: String, read: String?) throws {
        let vocabulary = try Self.vocabulary()
        do {
            #expect(try vocabulary.value(of: "tried", from: written).description == read)
        } catch {
            #expect(read == nil, "\(error)")
        }
    }

    @Test("the contradiction is named by its record") func contradiction() throws {
        let vocabulary = try Self.vocabulary()
        let error = #expect(throws: InvalidSource.self) {
            try vocabulary.value(of: "tried", from: "[{}, {product: betaseron, ingredient: beta_1a}]")
        }
        #expect(
            error?.diagnostics.map(\.message)
                == ["record 2 contradicts itself: product betaseron is ingredient beta_1b, not beta_1a"])
    }

    @Test("what is read back is the same value") func again() throws {
        let vocabulary = try Self.vocabulary()
        let once = try vocabulary.value(of: "tried", from: "[{product: rebif}, {product: other}]")
        #expect(try vocabulary.value(of: "tried", from: once.description) == once)
        #expect(
            vocabulary.told(by: "product", of: "tried") == [
                "avonex": "beta_1a", "rebif": "beta_1a", "betaseron": "beta_1b",
            ])
    }

    @Test(
        "a list that cannot tell is refused with its place",
        arguments: [
            ("beta_1b: [betaseron]", "beta_1c: [betaseron]", "values under \"beta_1c\", which ingredient is never"),
            ("tells: ingredient", "tells: drug", "another field of the record that is a word"),
            ("values: products", "values: ingredients", "kept by the words it tells"),
            ("beta_1b: [betaseron]", "beta_1b: [betaseron, rebif]", "\"rebif\" stands twice"),
            ("any: [other]", "any: []", "the list of values is empty"),
            ("ingredient: {type: word, values: ingredients}", "ingredient: {type: date}", "that is a word"),
            ("question: \"Which diagnosis?\"", "tells: tried, question: \"Which diagnosis?\"", "unknown key \"tells\""),
        ])
    func wrong(old: String, new: String, words: String) throws {
        let error = #expect(throws: InvalidSource.self) { try Self.vocabulary(old, new) }
        #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.diagnostics.allSatisfy { $0.location.file == "v.yaml" && $0.location.line > 1 } == true)
    }
}
