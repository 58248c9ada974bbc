namespace Broker.Protocol;

/// <summary>
/// The language that a client says it is written in. It is shown to people and decides nothing but the form of a
/// reset push (code 220).
/// </summary>
public enum LanguageCode : byte
{
    Java = 0,
    Cpp = 1,
    DotNet = 2,
    Python = 3,
    Delphi = 4,
    Erlang = 5,
    Ruby = 6,
    Other = 7,
    Http = 8,
    Go = 9,
    Php = 10,
    Oms = 11,
    Rust = 12,
    NodeJs = 13,
}
