using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy;

/// <summary>One parsed file. <see cref="Path"/> is relative to the top folder.</summary>
public sealed record CSharpFile(string Path, string Text, CompilationUnitSyntax Root)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path) ?? "";

    public IEnumerable<BaseNamespaceDeclarationSyntax> Namespaces =>
        Root.Members.OfType<BaseNamespaceDeclarationSyntax>();

    public IEnumerable<MemberDeclarationSyntax> Types =>
        Root
            .Members.Concat(Namespaces.SelectMany(space => space.Members))
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    public static CSharpFile Parse(string path, string text) =>
        new(path, text, CSharpSyntaxTree.ParseText(text, path: path).GetCompilationUnitRoot());

    public int LineOf(SyntaxNode node) => node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1;

    public static int LinesOf(SyntaxNode node)
    {
        var span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
