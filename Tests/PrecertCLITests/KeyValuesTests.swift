import Testing

@testable import PrecertCLI

@Suite("Blocks of labels and values") struct KeyValuesTests {
    static func sample() -> KeyValues {
        var block = KeyValues()
        block.add("Request", key: "request", .text("PA-7K2M"))
        block.add("Owner", key: "owner", .none)
        block.section("Payer", key: "payer")
        block.add("Name", key: "name", .text("Example Health Plan of the Northern Plains"))
        block.add("Units", key: "units", .number(300))
        block.section("Nothing", key: "nothing")
        block.add("Gap", key: "gap", .none)
        return block
    }

    @Test("aligns values, wraps them under themselves, leaves out what is missing")
    func text() {
        #expect(
            Self.sample().text(on: Terminal(isTerminal: true, windowWidth: 40, environment: ["NO_COLOR": "1"])) == """
                Request  PA-7K2M

                Payer
                Name     Example Health Plan of the
                         Northern Plains
                Units    300

                """)
    }

    @Test("gives a label that is too long a line of its own")
    func overlong() {
        var block = KeyValues()
        block.add("A label of more than half the screen", key: "a", .text("value"))
        #expect(
            block.text(on: Terminal(isTerminal: false, environment: ["COLUMNS": "30"])) == """
                A label of more than half the screen
                                 value

                """)
    }

    @Test("nests sections in JSON, with null for what is missing") func json() {
        #expect(
            Self.sample().json() == """
                {
                  "nothing": {
                    "gap": null
                  },
                  "owner": null,
                  "payer": {
                    "name": "Example Health Plan of the Northern Plains",
                    "units": 300
                  },
                  "request": "PA-7K2M"
                }

                """)
    }

    @Test("is three columns in CSV") func csv() {
        #expect(
            Self.sample().csv(raw: false)
                == "section,field,value\r\n,request,PA-7K2M\r\n,owner,\r\n"
                + "payer,name,Example Health Plan of the Northern Plains\r\npayer,units,300\r\nnothing,gap,\r\n")
    }
}
