using System.CommandLine;
using System.CommandLine.Parsing;

namespace EventTracking.Api.Commands;

/// <summary>Runs a command line. One that cannot be followed is refused before anything runs; the benchmarks share it.</summary>
internal static class CommandRunner
{
    public const int Misused = 2;

    private static readonly ParserConfiguration Parser = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>The exit code of the command, or <see cref="Misused"/>. Exceptions of the command pass through.</summary>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var parsed = root.Parse(args, Parser);
        if (FindFault(parsed) is { } fault)
        {
            await error.WriteLineAsync(fault);
            await error.WriteLineAsync($"Run '{PathOf(parsed.CommandResult.Command)} --help' for usage.");
            return Misused;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    // The parser suggests nothing for an unknown name, and reports what is missing because of it as well. What is wrong with the
    // command as a whole may follow from what is wrong with a part of it.
    private static string? FindFault(ParseResult parsed) =>
        parsed.UnmatchedTokens is [var token, ..]
            ? UnknownName.Describe(token, NamesOf(parsed.CommandResult.Command))
            : parsed.Errors.OrderBy(error => error.SymbolResult is CommandResult).FirstOrDefault()?.Message;

    private static IEnumerable<string> NamesOf(Command command) =>
    [
        .. command.Options.Where(option => !option.Hidden).Select(option => option.Name),
        .. command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive).Select(option => option.Name),
        .. command.Subcommands.Where(subcommand => !subcommand.Hidden).Select(subcommand => subcommand.Name),
    ];

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : command.Name;
}
