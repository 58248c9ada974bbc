using Xunit;

namespace Broker.Tests.Host.Admin;

/// <summary>How a command line ended.</summary>
public sealed record AdminResult(int Exit, string Output, string Error)
{
    /// <summary>The lines of the result, columns separated by one space.</summary>
    public string[] Lines =>
        [
            .. Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
        ];

    /// <summary>Refused with exit status 1, and why is one line that holds <paramref name="words"/>.</summary>
    public void IsRefused(params string[] words)
    {
        Assert.Equal(1, Exit);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(words, word => Assert.Contains(word, line));
    }

    /// <summary>The command line is wrong: exit status 2, and the first line says it.</summary>
    public void IsWrong(string sentence)
    {
        Assert.Equal(2, Exit);
        Assert.Equal(sentence, Error.Split('\n')[0]);
        Assert.Empty(Output);
    }
}
