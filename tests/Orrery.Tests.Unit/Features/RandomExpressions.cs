namespace Orrery.Tests.Unit;

/// <summary>Writes random expressions of a wanted kind over the columns of <see cref="ExpressionParityTests"/>.</summary>
internal sealed class RandomExpressions(Random random)
{
    private static readonly string[] Texts = ["''", "'a'", "'Ab c'", "' 12 '", "'12'", "'-7.5e2'", "'é'", "'ẞß'", "'🦆x'", "'it''s'"];
    private static readonly string[] Wholes = ["0", "1", "-1", "7", "1000000007", "9223372036854775807", "-9223372036854775808"];
    private static readonly string[] Fractions = ["0.0", "1.5", "-2.5", "0.1", "1e300", "123456.789", ".25", "3e-310"];

    public string Bool(int depth) => depth == 0
        ? Pick("b", "true", "false", "null", "b")
        : random.Next(13) switch
        {
            0 => $"({Bool(depth - 1)} and {Bool(depth - 1)})",
            1 => $"({Bool(depth - 1)} or {Bool(depth - 1)})",
            2 => $"not {Bool(depth - 1)}",
            3 => $"({Whole(depth - 1)} {Sign()} {Whole(depth - 1)})",
            4 => $"({Fraction(depth - 1)} {Sign()} {Number(depth - 1)})",
            5 => $"({Text(depth - 1)} {Sign()} {Text(depth - 1)})",
            6 => $"({Number(depth - 1)} is {Pick("", "not ")}null)",
            7 => $"({Number(depth - 1)} {Pick("", "not ")}between {Number(depth - 1)} and {Number(depth - 1)})",
            8 => $"({Text(depth - 1)} {Pick("", "not ")}in ({Text(depth - 1)}, {Text(depth - 1)}, null))",
            9 => $"{Pick("contains", "starts_with", "ends_with")}({Text(depth - 1)}, {Text(depth - 1)})",
            10 => $"cast({Pick(Whole(depth - 1), Text(depth - 1), Bool(depth - 1))} as bool)",
            11 => $"(m {Sign()} n)",
            _ => $"is_nan({Number(depth - 1)})",
        };

    public string Whole(int depth) => depth == 0
        ? Pick("i", "j", "i", Wholes[random.Next(Wholes.Length)])
        : random.Next(11) switch
        {
            0 or 1 => $"({Whole(depth - 1)} {Pick("+", "-", "*", "%")} {Whole(depth - 1)})",
            2 => $"(- {Whole(depth - 1)})",
            3 => $"{Pick("abs", "sign")}({Whole(depth - 1)})",
            4 => $"length({Text(depth - 1)})",
            5 => $"cast({Pick(Fraction(depth - 1), Text(depth - 1), Bool(depth - 1))} as {Pick("int64", "int32")})",
            6 => $"case when {Bool(depth - 1)} then {Whole(depth - 1)} when {Bool(depth - 1)} then {Whole(depth - 1)} else {Whole(depth - 1)} end",
            7 => $"coalesce({Whole(depth - 1)}, {Whole(depth - 1)})",
            8 => $"{Pick("least", "greatest")}({Whole(depth - 1)}, {Whole(depth - 1)}, null)",
            9 => $"nullif({Whole(depth - 1)}, {Whole(depth - 1)})",
            _ => $"{Pick("year", "month", "day", "hour", "minute", "second", "day_of_week")}({Pick("m", "n")})",
        };

    public string Fraction(int depth) => depth == 0
        ? Pick("f", "g", "f", Fractions[random.Next(Fractions.Length)])
        : random.Next(10) switch
        {
            0 or 1 => $"({Fraction(depth - 1)} {Pick("+", "-", "*", "/", "%")} {Number(depth - 1)})",
            2 => $"({Whole(depth - 1)} / {Whole(depth - 1)})",
            3 => $"{Pick("floor", "ceil", "trunc", "round", "sqrt", "ln", "log10", "exp", "abs")}({Fraction(depth - 1)})",
            4 => $"round({Fraction(depth - 1)}, {random.Next(6)})",
            5 => $"power({Fraction(depth - 1)}, {Fraction(depth - 1)})",
            6 => $"cast({Pick(Text(depth - 1), Whole(depth - 1), Fraction(depth - 1), Bool(depth - 1))} as {Pick("float64", "float32")})",
            7 => $"case when {Bool(depth - 1)} then {Fraction(depth - 1)} else {Number(depth - 1)} end",
            8 => $"{Pick("least", "greatest", "coalesce")}({Fraction(depth - 1)}, {Number(depth - 1)})",
            _ => Pick("epoch(m)", "seconds_between(m, n)", $"(- {Fraction(depth - 1)})"),
        };

    public string Text(int depth) => depth == 0
        ? Pick("s", "t", "s", Texts[random.Next(Texts.Length)])
        : random.Next(8) switch
        {
            0 => $"({Text(depth - 1)} || {Text(depth - 1)})",
            1 => $"{Pick("lower", "upper", "trim")}({Text(depth - 1)})",
            2 => $"replace({Text(depth - 1)}, {Text(depth - 1)}, {Text(depth - 1)})",
            3 => $"substr({Text(depth - 1)}, {Whole(depth - 1)}, {Whole(depth - 1)})",
            4 => $"substr({Text(depth - 1)}, {random.Next(-2, 5)})",
            5 => $"cast({Pick(Whole(depth - 1), Bool(depth - 1))} as string)",
            6 => $"coalesce({Text(depth - 1)}, {Text(depth - 1)})",
            _ => $"case when {Bool(depth - 1)} then {Text(depth - 1)} end",
        };

    private string Number(int depth) => random.Next(2) == 0 ? Whole(depth) : Fraction(depth);

    private string Sign() => Pick("=", "<>", "!=", "<", "<=", ">", ">=");

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
