namespace Hostile.Clients;

/// <summary>A message as a client sees it.</summary>
sealed record Received(
    string Topic,
    int Queue,
    long Offset,
    string Body,
    bool IsIntact,
    int ReconsumeTimes,
    IReadOnlyDictionary<string, string> Properties
);
