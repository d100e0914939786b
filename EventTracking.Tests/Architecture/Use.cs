using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace EventTracking.Tests.Architecture;

/// <summary>
/// One namespace of a program uses another. It is read from compiled types, so aliases, global usings and unqualified names count like
/// any other use. The compiled program does not show the use of a constant: see <see cref="CompiledText"/>.
/// </summary>
/// <param name="Source">The namespace that uses, below the program's own; empty for the root.</param>
/// <param name="Target">The namespace that is used.</param>
/// <param name="Example">A type that uses, and what it uses.</param>
internal sealed record Use(string Source, string Target, string Example)
{
    /// <summary>All uses between different namespaces of a program, one for each pair.</summary>
    public static IReadOnlyList<Use> Within(System.Reflection.Assembly program)
    {
        var root = program.GetName().Name!;
        return [.. new ArchLoader().LoadAssembly(program).Build().Types
            .SelectMany(type => type.Dependencies)
            .Select(dependency => (Source: Below(root, dependency.Origin), Target: Below(root, dependency.Target), Dependency: dependency))
            .Where(use => use.Source is not null && use.Target is not null && use.Source != use.Target)
            .DistinctBy(use => (use.Source, use.Target))
            .Select(use => new Use(use.Source!, use.Target!, $"{use.Dependency.Origin.FullName} uses {use.Dependency.Target.FullName}"))];
    }

    /// <summary>The first name of a namespace below the root: the folder that a reader sees first.</summary>
    public static string FirstOf(string place) => place.Split('.')[0];

    /// <summary>Null for a type of another program.</summary>
    private static string? Below(string root, IType type)
    {
        // The library confuses type parameters of equal names.
        var name = type is GenericParameter ? "" : type.Namespace?.FullName ?? "";
        return name == root ? ""
            : name.StartsWith($"{root}.", StringComparison.Ordinal) ? name[(root.Length + 1)..]
            : null;
    }
}
