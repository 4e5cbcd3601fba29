/// `swift run ColoristSample "golden hour"`: the editor of QuickStart.swift on the command line.
@main
enum Main {
    static func main() async throws {
        let editor = try await Editor()
        await editor.apply(CommandLine.arguments.dropFirst().first ?? "golden hour")
        if let problem = editor.problem { return print(problem) }
        print(editor.current.json)
        try await editor.change("warmer")
        print(editor.current.json)
    }
}
