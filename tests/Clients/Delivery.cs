namespace Clients;

/// <summary>Compares what was sent with what arrived.</summary>
public static class Delivery
{
    /// <summary>
    /// Every message once, with its tags and its body. Says which ones are missing, doubled or changed.
    /// </summary>
    public static void AssertOnceEach(IEnumerable<TestMessage> sent, IEnumerable<ReceivedMessage> received)
    {
        var arrivals = received.ToLookup(message => message.Keys, StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var message in sent)
        {
            var copies = arrivals[message.Keys].ToList();
            if (copies.Count != 1)
                wrong.Add($"{message.Keys}: {copies.Count} times");
            else if (copies[0].Sha256 != message.Sha256)
                wrong.Add($"{message.Keys}: another body");
            else if (copies[0].Tags != message.Tags)
                wrong.Add($"{message.Keys}: tags {copies[0].Tags}, not {message.Tags}");
        }
        var known = sent.Select(message => message.Keys).ToHashSet(StringComparer.Ordinal);
        wrong.AddRange(arrivals.Where(group => !known.Contains(group.Key)).Select(group => $"{group.Key}: never sent"));
        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong, among them:\n{string.Join('\n', wrong.Take(20))}");
    }
}
