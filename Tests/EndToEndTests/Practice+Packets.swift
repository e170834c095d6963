import Foundation
import PostgresClient

extension Practice {
    /// A file of the packet that lies in a payer's folder.
    func packetFile(_ name: String, to payer: String) throws -> String {
        let packets = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/outgoing/\(payer)")
        guard let packet = packets.first else { throw NotThere(text: name, file: "outgoing/\(payer)") }
        return try read("outgoing/\(payer)/\(packet)/\(name)")
    }

    /// What is wrong with the folder of packets: a delivered submission has one there, byte for byte as it was asked
    /// for, and nothing else lies there, drafts of the dead included.
    func packetFaults() async throws -> [String] {
        let rows = try await query(
            """
            with sent as (
                select s.*, r.payer_id || '/' || r.reference || '-' || s.seq as folder
                from precert.submission s join precert.request r using (organization_id, request_id)
                where s.delivered_at is not null)
            select folder || '/packet.txt' as path, convert_to(packet->>'document', 'UTF8') as content from sent
            union all
            select folder || '/packet.json', convert_to(packet->>'json', 'UTF8') from sent
            union all
            select folder || '/document-' || left(encode(d.sha256, 'hex'), 16)
                || case d.media_type when 'text/plain' then '.txt' else '.pdf' end, d.content
            from sent
            join precert.request_document rd using (organization_id, request_id)
            join precert.document d on d.organization_id = sent.organization_id and d.sha256 = rd.sha256
            where rd.seq <= sent.seq
            """)
        var expected: [String: [UInt8]] = [:]
        for row in rows {
            try expected[row.get("path", as: String.self)] = row.get("content", as: [UInt8].self)
        }
        let root = folder + "/outgoing"
        var faults: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                if path.hasSuffix(".part") { faults.append("a draft: \(path)") }
                continue
            }
            let content = try Array(Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
            if expected.removeValue(forKey: path) != content { faults.append("not as asked for: \(path)") }
        }
        return faults + expected.keys.sorted().map { "missing: \($0)" }
    }
}
