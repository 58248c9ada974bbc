namespace Hostile.Runs;

/// <summary>What a run is started with.</summary>
sealed record RunSettings(string Program, string? OperatorProgram, int Seed, bool KeepsFolders);
