using System.Text;

namespace Orrery.Cli;

/// <summary>Takes a command line apart as a shell would, without expanding anything.</summary>
internal static class CommandWords
{
    /// <summary>The words; the last is the one being typed, empty after a space.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var began = false;
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (c is '\\' && quote is not '\'' && at + 1 < line.Length)
            {
                word.Append(line[++at]);
                began = true;
            }
            else if (quote is not '\0')
            {
                if (c == quote)
                    quote = '\0';
                else
                    word.Append(c);
            }
            else if (c is '\'' or '"')
            {
                (quote, began) = (c, true);
            }
            else if (char.IsWhiteSpace(c))
            {
                if (began)
                    words.Add(word.ToString());
                word.Clear();
                began = false;
            }
            else
            {
                word.Append(c);
                began = true;
            }
        }

        words.Add(word.ToString());
        return words;
    }
}
