namespace Broker.Core.Delay;

/// <summary>What <see cref="TimerPolicy"/> decided about a message that asks for a time.</summary>
/// <param name="IsLegal">False: the sender is told so.</param>
/// <param name="OutMs">
/// The second in which it is delivered, as <c>TIMER_OUT_MS</c> has it, in ms since 1970; 0 for at once.
/// </param>
readonly record struct TimerDecision(bool IsLegal, long OutMs)
{
    public static TimerDecision Illegal => new(false, 0);

    public static TimerDecision AtOnce => new(true, 0);
}
