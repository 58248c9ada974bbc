using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy;

/// <summary>The size and shape rules of CONTRIBUTING.md that a parser can check.</summary>
public sealed class ShapeTests(CSharpFiles files) : IClassFixture<CSharpFiles>
{
    const int MaxFileLines = 400;
    const int MaxLineLength = 120;
    const int MaxMethodLines = 60;

    /// <summary>
    /// Files that are long for a reason, each with it. A table is easier to read in one piece; nothing else belongs
    /// here.
    /// </summary>
    static readonly IReadOnlyDictionary<string, string> LongFiles = new Dictionary<string, string>(
        StringComparer.Ordinal
    );

    /// <summary>
    /// The namespaces that keep the names of KubernetesClient and KubeOps, so that a later switch to them changes
    /// package references and not code.
    /// </summary>
    static readonly string[] BorrowedNamespaces = ["k8s", "KubeOps"];

    [Fact]
    public void A_file_has_at_most_400_lines() =>
        Report.None(
            $"Longer than {MaxFileLines} lines: give a part of it a file of its own.",
            files
                .All.Where(file => !LongFiles.ContainsKey(file.Path))
                .Select(file => (file.Path, Lines: file.Text.AsSpan().Count('\n')))
                .Where(file => file.Lines > MaxFileLines)
                .Select(file => $"{file.Path}: {file.Lines} lines")
        );

    [Fact]
    public void A_line_has_at_most_120_characters() =>
        Report.None(
            $"Longer than {MaxLineLength} characters (`make fmt` breaks code, not comments and strings).",
            from file in files.All
            from line in file.Text.Split('\n').Select((text, index) => (text, number: index + 1))
            where line.text.Length > MaxLineLength
            select $"{file.Path}:{line.number}: {line.text.Length} characters"
        );

    [Fact]
    public void A_method_has_fewer_than_60_lines() =>
        Report.None(
            $"Methods of {MaxMethodLines} lines and more: name the steps and make them methods.",
            from file in files.All
            from method in file.Root.DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
            let lines = CSharpFile.LinesOf(method)
            where lines >= MaxMethodLines
            select $"{file.Path}:{file.LineOf(method)}: {lines} lines"
        );

    [Fact]
    public void A_namespace_is_the_folder_it_lies_in() =>
        Report.None(
            "The namespace is the path: broker/Core/Send is Broker.Core.Send, tests/Broker.Tests/X is Broker.Tests.X.",
            from file in files.All
            from space in file.Namespaces
            let name = space.Name.ToString()
            where
                !BorrowedNamespaces.Any(borrowed =>
                    IsBelow(name, borrowed) && file.Path.StartsWith("operator/KubeClient/", StringComparison.Ordinal)
                )
            where name != NamespaceOf(file.Folder)
            select $"{file.Path}: {name}, not {NamespaceOf(file.Folder)}"
        );

    [Fact]
    public void A_namespace_is_file_scoped() =>
        Report.None(
            "Block-scoped namespaces.",
            files
                .All.Where(file => file.Namespaces.OfType<NamespaceDeclarationSyntax>().Any())
                .Select(file => file.Path)
        );

    [Fact]
    public void A_file_is_called_as_its_first_type() =>
        Report.None(
            "The file name is the type's name; a part of a partial type is Type.Aspect.cs.",
            from file in files.All
            let types = file.Types.ToList()
            where types.Count > 0
            let first = NameOf(types[0])
            where file.Name != first && !file.Name.StartsWith(first + ".", StringComparison.Ordinal)
            select $"{file.Path}: {first}"
        );

    [Fact]
    public void Classes_are_sealed_static_or_abstract() =>
        Report.None(
            "Not sealed. Inheritance is a decision: say `abstract`, or seal the class.",
            from file in files.Product
            from type in file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>()
            where
                type
                    is ClassDeclarationSyntax
                        or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }
            where
                !type.Modifiers.Any(word =>
                    word.IsKind(SyntaxKind.SealedKeyword)
                    || word.IsKind(SyntaxKind.StaticKeyword)
                    || word.IsKind(SyntaxKind.AbstractKeyword)
                )
            where !type.Modifiers.Any(SyntaxKind.PartialKeyword)
            where !HasHeirs(type.Identifier.Text)
            select $"{file.Path}:{file.LineOf(type)}: {type.Identifier.Text}"
        );

    [Fact]
    public void Static_fields_do_not_change() =>
        Report.None(
            "Mutable static state: two brokers of one process would share it.",
            from file in files.Product
            from field in file.Root.DescendantNodes().OfType<FieldDeclarationSyntax>()
            where field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword)
            where !field.AttributeLists.ToString().Contains("ThreadStatic", StringComparison.Ordinal)
            select $"{file.Path}:{file.LineOf(field)}: {field.Declaration}"
        );

    [Fact]
    public void Unsafe_code_and_imports_live_in_Native() =>
        Report.None(
            "Unsafe code and P/Invoke outside of the project's Native.cs.",
            from file in files.Product
            where !file.Path.EndsWith("/Native.cs", StringComparison.Ordinal)
            from token in file.Root.DescendantTokens()
            where
                token.IsKind(SyntaxKind.UnsafeKeyword)
                || token.IsKind(SyntaxKind.ExternKeyword)
                || token.Text is "DllImport" or "LibraryImport"
            select $"{file.Path}:{token.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {token.Text}"
        );

    bool HasHeirs(string name) =>
        files.All.Any(file =>
            file.Root.DescendantNodes()
                .OfType<BaseTypeSyntax>()
                .Any(parent => parent.Type.ToString().Split('<')[0].Split('.')[^1] == name)
        );

    static bool IsBelow(string name, string parent) =>
        name == parent || name.StartsWith(parent + ".", StringComparison.Ordinal);

    static string NameOf(MemberDeclarationSyntax type) =>
        type switch
        {
            BaseTypeDeclarationSyntax declared => declared.Identifier.Text,
            DelegateDeclarationSyntax declared => declared.Identifier.Text,
            _ => "",
        };

    /// <summary>broker/Core/Send is Broker.Core.Send: a capital first; tests/ itself adds nothing.</summary>
    static string NamespaceOf(string folder)
    {
        var parts = folder.Split('/');
        if (parts[0] == "tests")
            return string.Join('.', parts[1..]);
        return char.ToUpperInvariant(parts[0][0]) + string.Join('.', parts)[1..];
    }
}
