namespace EventTracking.Api.Sandbox.Graph;

/// <summary>Reads the tokens of a document one by one: names, numbers, texts in quotes (with the opening quote in front), <c>...</c> and single characters.</summary>
internal sealed class GraphTokens
{
    private readonly string text;
    private int next;

    public GraphTokens(string text)
    {
        this.text = text;
        Current = Read();
    }

    /// <summary>The current token; empty at the end.</summary>
    public string Current { get; private set; }

    public string Take()
    {
        var taken = Current;
        Current = Read();
        return taken;
    }

    public bool TryTake(string token)
    {
        if (Current != token)
        {
            return false;
        }

        Take();
        return true;
    }

    public void Expect(string token)
    {
        if (!TryTake(token))
        {
            throw Unexpected($"'{token}'");
        }
    }

    public string TakeName() => Current.Length > 0 && IsName(Current[0]) && !char.IsAsciiDigit(Current[0]) ? Take() : throw Unexpected("a name");

    public GraphSyntaxException Unexpected(string expected) => new($"syntax error, unexpected {(Current.Length == 0 ? "end of file" : $"'{Current}'")}, expecting {expected}");

    private static bool IsName(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    private string Read()
    {
        SkipIgnored();
        if (next == text.Length)
        {
            return "";
        }

        var start = next;
        if (text[next] == '"')
        {
            return ReadText();
        }

        if (text.AsSpan(next).StartsWith("..."))
        {
            next += 3;
        }
        else if (IsName(text[next]))
        {
            while (next < text.Length && IsName(text[next]))
            {
                next++;
            }
        }
        else
        {
            next++;
        }

        return text[start..next];
    }

    private string ReadText()
    {
        var start = next++;
        while (next < text.Length && text[next] != '"')
        {
            next += text[next] == '\\' ? 2 : 1;
        }

        if (next >= text.Length)
        {
            throw new GraphSyntaxException("syntax error, a text has no end");
        }

        next++;
        return text[start..(next - 1)];
    }

    // Commas mean nothing in GraphQL, and a comment lasts until the end of its line.
    private void SkipIgnored()
    {
        while (next < text.Length && (char.IsWhiteSpace(text[next]) || text[next] is ',' or '#'))
        {
            if (text[next] == '#')
            {
                var end = text.IndexOf('\n', next);
                next = end < 0 ? text.Length : end;
            }
            else
            {
                next++;
            }
        }
    }
}
