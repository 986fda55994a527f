using System.Text;

namespace Parley.EndToEnd.Tests.Compatibility;

/// <summary>
/// The table in <c>docs/compat/webrtc.md</c>. A run writes it; a test fails when the table claims what its run did not show.
/// </summary>
internal sealed class CompatibilityMatrix
{
    public const string Yes = "yes", No = "no", NotThere = "–";

    /// <summary>What is written between the two is the run's; the rest of the page is the author's.</summary>
    private const string Begin = "<!-- written by ./parley test -->", End = "<!-- end -->";

    private readonly string _path;
    private readonly string[] _columns;
    private readonly List<CompatibilityRow> _rows;

    private CompatibilityMatrix(string path, string[] columns, List<CompatibilityRow> rows)
    {
        _path = path;
        _columns = columns;
        _rows = rows;
    }

    public static string PagePath => Path.Combine(Checkout.Root, "docs", "compat", "webrtc.md");

    public static CompatibilityMatrix Read(string path, string[] columns)
    {
        var lines = Table(File.ReadAllText(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0) return new CompatibilityMatrix(path, columns, []);
        var header = CellsOf(lines[0]);
        var rows = lines.Skip(2).Select(CellsOf).Select(cells => new CompatibilityRow
        {
            Stack = cells[0],
            Version = cells[1],
            Cells = header.Zip(cells).Skip(2).ToDictionary(),
        });
        return new CompatibilityMatrix(path, columns, [.. rows]);
    }

    /// <summary>Columns of which the page says more than this row: a "yes" that was not shown.</summary>
    public IReadOnlyList<string> ClaimsBeyond(CompatibilityRow shown) =>
        _rows.Find(row => row.Stack == shown.Stack) is not { } claimed ? []
            : [.. claimed.Cells.Where(cell => cell.Value == Yes && shown.Cells.GetValueOrDefault(cell.Key) != Yes).Select(cell => cell.Key)];

    /// <summary>Puts a row in place of the stack's old one and writes the page.</summary>
    public void Write(CompatibilityRow shown)
    {
        _rows.RemoveAll(row => row.Stack == shown.Stack);
        _rows.Add(shown);
        var table = new StringBuilder().Append('\n');
        Line(table, ["stack", "version", .. _columns]);
        Line(table, Enumerable.Repeat("---", _columns.Length + 2));
        foreach (var row in _rows.OrderBy(row => row.Stack, StringComparer.OrdinalIgnoreCase))
            Line(table, [row.Stack, row.Version ?? NotThere, .. _columns.Select(column => row.Cells.GetValueOrDefault(column, NotThere))]);
        var page = File.ReadAllText(_path);
        var written = page.Split(Begin)[0] + Begin + table + End + page.Split(End)[1];
        if (written != page) File.WriteAllText(_path, written);
    }

    private static string Table(string page) => page.Split(Begin)[1].Split(End)[0];

    private static string[] CellsOf(string line) => [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];

    private static void Line(StringBuilder table, IEnumerable<string> cells) => table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
